import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, decodeBase64, decodeQuotedPrintable, decodeText, decodeWords } from './decode.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

test.each([
  ['plain', 'plain'],
  ['=?utf-8?B?w6TDtsO8?=', 'äöü'],
  ['=?UTF-8?Q?caf=C3=A9_au_lait?=', 'café au lait'],
  ['=?iso-8859-1?q?M=FCller?= <m@example.com>', 'Müller <m@example.com>'],
  ['=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '日本'],
  ['=?koi8-r?B?8NLJ18XU?=', 'Привет'],
  // A character cut in two by the end of a word.
  ['=?utf-8?B?5pel5pw=?= =?utf-8?B?rA==?=', '日本'],
  ['=?utf-8?Q?a?= =?utf-8?Q?b?= c', 'ab c'],
  ['=?utf-8*en?Q?tagged?=', 'tagged'],
  ['=?no-such-charset?Q?=E9?=', 'é'],
  ['=?utf-8?X?left?=', '=?utf-8?X?left?='],
  ['=?utf-8?B?', '=?utf-8?B?']
])('the header words %j are %j', (value, text) => expect(decodeWords(value)).toBe(text))

test.each([
  ['valid UTF-8 is UTF-8 whatever the label says', utf8('größer'), 'iso-8859-1', 'größer'],
  ['Latin-1 without a label', bytesOf('gr\xf6\xdfer'), undefined, 'größer'],
  ['Latin-1 called UTF-8', bytesOf('Empf\xe4nger nicht gefunden'), 'utf-8', 'Empfänger nicht gefunden'],
  ['ISO-2022-JP without a label', bytesOf('\x1b$B%f!<%6\x1b(B'), undefined, 'ユーザ'],
  ['GB18030', bytesOf('\xd3\xc3\xbb\xa7'), 'gb2312', '用户'],
  ['Big5', bytesOf('\xa5\xce\xa4\xe1'), 'big5', '用戶'],
  ['Shift_JIS under its Windows name', bytesOf('\x83\x86\x81[\x83U'), 'cp932', 'ユーザ'],
  ['EUC-KR under its KS name', bytesOf('\xbb\xe7\xbf\xeb\xc0\xda'), 'ks_c_5601-1987', '사용자'],
  ['a name that is no character set', bytesOf('caf\xe9'), 'x-user-defined-7', 'café'],
  ['UTF-7 of old Outlook', bytesOf('Empf+AOQ-nger'), 'utf-7', 'Empfänger'],
  ['UTF-8 cut in the middle of a letter', utf8('größe ü').subarray(0, -1), undefined, 'größe ']
])('%s', (_, bytes, charset, text) => expect(decodeText(bytes, charset)).toBe(text))

test('base64 in lines, with rubbish and padding in the middle', () => {
  const bytes = bytesOf('SGVs\nbG8=\n!!IFdv cmxk')
  expect(decodeText(decodeBase64(bytes, 0, bytes.length), undefined)).toBe('Hello World')
})

test('quoted-printable: soft breaks with spaces, lower-case digits, a lone equals sign', () => {
  const bytes = bytesOf('a=  \nb=3dc=zd=')
  expect(decodeText(decodeQuotedPrintable(bytes, 0, bytes.length), undefined)).toBe('ab=c=zd')
})

test('what is encoded as base64 comes out again, whatever the bytes and the length of the lines', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
      const encoded = bytesOf(btoa(String.fromCharCode(...bytes)).replace(new RegExp(`.{${width}}`, 'g'), '$&\n'))
      expect(decodeBase64(encoded, 0, encoded.length)).toEqual(bytes)
    })
  )
})

test('nothing that is decoded throws', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(undefined, 'utf-8', 'utf-7', 'utf-16', 'iso-2022-jp', 'gb18030', 'x', ''),
      (bytes, charset) => {
        const text = decodeText(bytes, charset)
        decodeWords(text)
        decodeWords(`=?${text.slice(0, 5)}?B?${text}?=`)
      }
    )
  )
})
