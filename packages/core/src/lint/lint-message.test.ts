import { expect, test } from 'vitest'
import { gzipNamed, oleOf, tarOf, zipOf } from '../../../../tests/lint/archives.ts'
import {
  alternative,
  arc,
  attached,
  chain,
  codes,
  footer,
  linked,
  lint,
  listed,
  manyLines,
  message,
  mime,
  now,
  program,
  signature,
  trouble,
  visible,
  words
} from '../../../../tests/lint/compose.ts'
import { stringsIn, unclean } from '../../../../tests/lint/strings.ts'
import type { FindingCode } from '../finding/finding.ts'
import { lintMessage } from './lint-message.ts'

test('an ordinary message has nothing wrong', () => {
  expect(trouble(message())).toEqual([])
})

test.each<[string, string, FindingCode]>([
  ['no message', 'just some text without any header\r\n', 'lint.not-a-message'],
  ['no From', message({ From: undefined }), 'lint.from-missing'],
  ['From without an address', message({ From: 'MAILER-DAEMON' }), 'lint.from-invalid'],
  ['From with a broken address', message({ From: 'John <john@exa mple..com>' }), 'lint.from-invalid'],
  ['two in From, no Sender', message({ From: 'a@example.com, b@example.com' }), 'lint.from-no-sender'],
  ['two in From, with Sender', message({ From: 'a@example.com, b@example.com', Sender: 'a@example.com' }), 'lint.from-several'],
  ['two From fields', message({ From: ['a@example.com', 'b@example.com'] }), 'lint.header-doubled'],
  ['two Subject fields', message({ Subject: ['one', 'two'] }), 'lint.header-doubled'],
  ['a name that is another address', message({ From: '"boss@example.org" <x@example.net>' }), 'lint.name-is-address'],
  ['a domain that looks like another', message({ From: 'x@paypa1.com' }), 'lint.sender-lookalike'],
  ['no Date', message({ Date: undefined }), 'lint.date-missing'],
  ['a Date that is none', message({ Date: 'yesterday' }), 'lint.date-invalid'],
  ['a Date ahead', message({ Date: 'Thu, 26 Nov 2026 11:00:00 +0000' }), 'lint.date-future'],
  ['a Date long ago', message({ Date: 'Wed, 25 Feb 2026 11:00:00 +0000' }), 'lint.date-old'],
  [
    'a Date long before it arrived',
    message({ Received: 'from a by b; Mon, 23 Nov 2026 11:00:00 +0000', Date: 'Mon, 2 Nov 2026 11:00:00 +0000' }),
    'lint.date-old'
  ],
  ['no Message-ID', message({ 'Message-ID': undefined }), 'lint.message-id-missing'],
  ['a Message-ID without brackets', message({ 'Message-ID': '1@example.com' }), 'lint.message-id-invalid'],
  ['no recipient', message({ To: undefined }), 'lint.recipient-missing'],
  ['no Subject', message({ Subject: undefined }), 'lint.subject-missing'],
  ['an empty Subject', message({ Subject: '' }), 'lint.subject-missing'],
  [
    'a Subject of 1,200 letters',
    message({ Subject: Array.from({ length: 12 }, () => 'x'.repeat(100)).join('\r\n ') }),
    'lint.subject-long'
  ],
  ['a line that is no header', message().replace('Subject:', 'this is no header line\r\nSubject:'), 'lint.header-broken'],
  ['letters beyond ASCII in a header', message({ Subject: 'Gr\u00fc\u00dfe' }), 'lint.eight-bit-header'],
  ['a line of 1,000 letters', message({}, `${'x '.repeat(500)}\r\n`), 'lint.line-too-long'],
  ['a lone CR', message({}, `${words}\rmore\r\n`), 'lint.bare-cr'],
  ['a lone LF', message({}, `${words}\nmore\r\n`), 'lint.bare-lf'],
  ['a NUL', message({}, `${words}\0\r\n`), 'lint.nul'],
  ['letters beyond ASCII that are not declared', message({}, `${words} \u00fc\r\n`), 'lint.eight-bit-undeclared'],
  ['no words', message({}, '\r\n'), 'lint.body-empty'],
  ['a greeting without a name', message({}, `Dear ,\r\n\r\n${words}\r\n`), 'lint.greeting-empty'],
  ['a placeholder in the subject', message({ Subject: 'News for {{ first_name }}' }), 'lint.merge-unfilled'],
  ['a placeholder with a name in the text', message({}, `Dear {{first_name}},\r\n${words}\r\n`), 'lint.merge-unfilled'],
  ['a placeholder of common signs', message({}, `Dear [FIRST NAME],\r\n${words}\r\n`), 'lint.merge-unfilled'],
  ['no MIME-Version', message({ 'Content-Type': 'text/plain; charset=utf-8' }), 'lint.mime-version-missing']
])('%s is told', (_, text, code) => {
  expect(trouble(text)).toContain(code)
})

test.each<[string, string, FindingCode | undefined]>([
  ['utf-8 that is none', mime('text/plain; charset=utf-8', '8bit', `${words} \xfc\r\n`), 'lint.charset-wrong'],
  ['latin-1 that is', mime('text/plain; charset=iso-8859-1', '8bit', `${words} \xfc\r\n`), undefined],
  ['utf-8 that is', mime('text/plain; charset=utf-8', '8bit', `${words} \xc3\xbc\r\n`), undefined],
  ['ascii with an umlaut', mime('text/plain; charset=us-ascii', '8bit', `${words} \xfc\r\n`), 'lint.charset-wrong'],
  ['a set of its own', mime('text/plain; charset=klingon', '7bit', words), 'lint.charset-unknown'],
  ['a set by another name', mime('text/plain; charset=cp1252', '7bit', words), undefined],
  ['an encoding of its own', mime('text/plain', 'rot13', words), 'lint.encoding-unknown'],
  ['an encoding with a comment', mime('text/plain', '7bit (as it is)', words), undefined],
  ['base64 with a letter too many', mime('text/plain', 'base64', `${btoa(words)}=\r\nA`), 'lint.base64-broken'],
  ['base64 with other signs', mime('text/plain', 'base64', `${btoa(words)}\r\n-- \r\nlist footer!\r\n`), 'lint.base64-broken'],
  ['base64 as it should be', mime('text/plain', 'base64', btoa(words)), undefined],
  ['quoted-printable with a stray sign', mime('text/plain', 'quoted-printable', `${words} a=b&c=d\r\n`), 'lint.quoted-printable-broken'],
  ['quoted-printable as it should be', mime('text/plain', 'quoted-printable', `${words} a=3Db =\r\nend\r\n`), undefined],
  ['no boundary', mime('multipart/mixed', undefined, words), 'lint.boundary-missing'],
  ['another boundary', mime('multipart/mixed; boundary=a', undefined, `--b\r\n\r\n${words}\r\n--b--\r\n`), 'lint.boundary-missing'],
  ['no end', mime('multipart/mixed; boundary=a', undefined, `--a\r\n\r\n${words}\r\n`), 'lint.boundary-unclosed'],
  ['an encoded multipart', mime('multipart/mixed; boundary=a', 'base64', `--a\r\n\r\n${words}\r\n--a--\r\n`), 'lint.multipart-encoded'],
  ['a multipart as it should be', mime('multipart/mixed; boundary=a', undefined, `--a\r\n\r\n${words}\r\n--a--\r\n`), undefined]
])('%s', (_, text, code) => {
  expect(trouble(text)).toEqual(code === undefined ? [] : [code])
})

test.each<[string, string, readonly FindingCode[]]>([
  ['good HTML', alternative(`<p>${words}</p>`), []],
  ['HTML alone', mime('text/html', undefined, `<p>${words}</p>`), ['lint.html-only']],
  ['an empty text beside HTML', alternative(`<p>${words}</p>`, ' '), ['lint.text-part-empty']],
  ['an image for words', alternative('<img src="https://img.example.com/a.png">', 'See it'), ['lint.image-only']],
  ['an image in the HTML', alternative(`<p>${words}<img src="data:image/png;base64,aGk="></p>`), ['lint.image-data']],
  ['an open comment', alternative(`<!-- ${words}`), ['lint.html-hidden-rest']],
  ['an open table', alternative(`<table><tr><td>${words}`), ['lint.html-unclosed']],
  ['a program', alternative(`<p>${words}</p><script>x()</script>`), ['lint.html-active']],
  ['too much HTML for Gmail', alternative(manyLines(`<p>${words}</p>`, 110_000)), ['lint.html-cut']],
  [
    'too much style for Gmail',
    alternative(`<style>${manyLines('p { color: red }', 25_000)}</style><p>${words}</p>`),
    ['lint.style-dropped']
  ],
  ['a good link', linked('https://www.example.com/'), []],
  ['a link that shows its own domain', linked('https://click.example.com/1', 'www.example.com'), []],
  ['a link that shows another domain', linked('https://click.example.net/1', 'https://bank.example.org/login'), ['lint.link-mismatch']],
  ['a link that shows a name with a dot', linked('https://github.com/x', 'readme.md'), []],
  ['a link that shows words with a dot', linked('https://www.example.net/', 'Read more...'), []],
  ['an IP address', linked('https://192.0.2.7/x'), ['lint.link-address']],
  ['an IP address in hexadecimal', linked('https://0xc0000207/x'), ['lint.link-address']],
  ['a private address', linked('https://192.168.1.1/admin'), ['lint.link-private']],
  ['localhost', linked('http://localhost:3000/confirm'), ['lint.link-private']],
  ['a file', linked('file:///c:/x.docx'), ['lint.link-private']],
  ['a look-alike', linked('https://www.xn--pypal-4ve.com/'), ['lint.link-lookalike']],
  ['letters of two scripts', linked('https://www.xn--boots-2nf.de/'), ['lint.link-mixed-scripts']],
  ['an umlaut', linked('https://www.xn--mller-kva.example/'), []],
  ['a shortener', linked('https://bit.ly/3xYz'), ['lint.link-shortener']],
  ['a script', linked('java\tscript:alert(1)'), ['lint.link-script']],
  ['a user in front', linked('https://www.paypal.com@example.net/'), ['lint.link-userinfo']],
  ['nothing', linked('#'), ['lint.link-empty']],
  ['a relative address', linked('unsubscribe.php'), ['lint.link-empty']],
  ['an anchor', linked('#chapter-2'), []],
  ['a telephone', linked('tel:+15551234'), []],
  ['no TLS', linked('http://www.example.com/'), ['lint.link-http']]
])('HTML with %s', (_, text, expected) => {
  expect(trouble(text)).toEqual(expected)
})

test.each<[string, Uint8Array | string, readonly FindingCode[]]>([
  ['report.pdf', '%PDF-1.7 x', []],
  ['readme.txt', 'MZ is a label of old', []],
  ['setup.exe', program, ['lint.attachment-refused']],
  ['holiday.jpg', program, ['lint.attachment-executable']],
  ['invoice.pdf.exe', program, ['lint.attachment-double-extension']],
  ['report.final.pdf', '%PDF-1.7 x', []],
  ['=?utf-8?B?aW52b2ljZeKArmZkcC5leGU=?=', program, ['lint.attachment-name-reversed', 'lint.attachment-refused']],
  ['script.py', 'print(1)', ['lint.attachment-blocked']],
  ['photo.png', '%PDF-1.7 x', ['lint.attachment-kind-differs']],
  ['files.zip', zipOf([{ name: 'a.txt' }]), []],
  ['files.zip', zipOf([{ name: 'a.txt' }, { name: 'sub/run.js' }]), ['lint.attachment-in-archive']],
  ['files.zip', zipOf([{ name: 'a.txt', encrypted: true }]), ['lint.attachment-encrypted']],
  ['files.zip', zipOf([{ name: 'more.zip' }]), ['lint.attachment-nested']],
  ['files.zip', zipOf([{ name: 'a.txt' }]).subarray(0, 60), ['lint.attachment-archive-broken']],
  ['files.tar', tarOf([{ name: 'run.exe' }]), ['lint.attachment-in-archive']],
  ['run.exe.gz', gzipNamed('run.exe'), ['lint.attachment-in-archive']],
  ['files.tar.gz', gzipNamed('files.tar'), ['lint.attachment-nested']],
  ['files.rar', 'Rar!\x1a\x07\x00', ['lint.attachment-unread']],
  ['files.7z', '7z\xbc\xaf\x27\x1c', ['lint.attachment-unread']],
  ['letter.docx', zipOf([{ name: '[Content_Types].xml' }, { name: 'word/document.xml' }]), []],
  ['letter.docx', zipOf([{ name: '[Content_Types].xml' }, { name: 'word/vbaProject.bin' }]), ['lint.attachment-macros']],
  ['letter.docx', oleOf('EncryptedPackage'), ['lint.attachment-encrypted']],
  ['table.xlsm', zipOf([{ name: 'xl/vbaProject.bin' }]), ['lint.attachment-macros']],
  ['table.xls', oleOf('_VBA_PROJECT'), ['lint.attachment-macros']],
  ['table.xls', oleOf('Workbook'), []]
])('the attachment %s', (name, content, expected) => {
  expect(trouble(attached(name, content))).toEqual(expected)
})

test.each<[string, string, readonly FindingCode[]]>([
  ['as it should be', message(listed, footer), []],
  ['without the fields', message({ Precedence: 'bulk' }, footer), ['lint.list-unsubscribe-missing']],
  ['told by its link alone', message({}, footer), ['lint.list-unsubscribe-missing']],
  ['with a field that holds no URI', message({ ...listed, 'List-Unsubscribe': 'see our page' }, footer), ['lint.list-unsubscribe-invalid']],
  ['without one click', message({ ...listed, 'List-Unsubscribe-Post': undefined }, footer), ['lint.one-click-missing']],
  ['with another value', message({ ...listed, 'List-Unsubscribe-Post': 'yes' }, footer), ['lint.one-click-invalid']],
  ['with mailto alone', message({ ...listed, 'List-Unsubscribe': '<mailto:u@example.com>' }, footer), ['lint.one-click-no-https']],
  ['with fields that are not signed', message({ ...listed, 'DKIM-Signature': signature(visible) }, footer), ['lint.one-click-unsigned']],
  ['without a link', message(listed), ['lint.unsubscribe-link-missing']],
  [
    'of a discussion',
    message({ 'List-Id': '<x.example.com>', 'List-Post': '<mailto:x@example.com>', 'List-Unsubscribe': '<mailto:u@example.com>' }),
    []
  ],
  ['with a placeholder of any name', message(listed, `${footer}{{ bonus }}\r\n`), ['lint.merge-unfilled']],
  ['sent with the tag', message(listed, `${words}\r\nUnsubscribe: {{{ unsubscribe }}}\r\n`), ['lint.unsubscribe-tag-unfilled']]
])('bulk mail %s', (_, text, expected) => {
  expect(trouble(text)).toEqual(expected)
})

test('what is well is told too, once for each part', () => {
  const sentWell = { ...listed, 'Return-Path': '<b@mail.example.com>', Received: 'from a by b; Wed, 25 Nov 2026 11:00:05 +0000' }
  expect(codes(message({ ...sentWell, 'Reply-To': 'help@example.net' }, footer))).toEqual([
    'lint.size-fine',
    'lint.reply-to-elsewhere',
    'lint.headers-fine',
    'lint.aligned',
    'lint.dkim-fine',
    'lint.bulk',
    'lint.one-click-fine',
    'lint.transport-fine',
    'lint.structure-fine',
    'lint.body-fine',
    'lint.links-fine'
  ])
  expect(codes(attached('report.pdf', '%PDF-1.7 x'))).toContain('lint.attachments-fine')
})

test('what was not read is unknown, with the reason', () => {
  const parts = `--a\r\n\r\n${words}\r\n`.repeat(400)
  const found = lint(mime('multipart/mixed; boundary=a', undefined, `${parts}--a--\r\n`)).findings.find(
    ({ code }) => code === 'lint.not-all-read'
  )
  expect(found).toMatchObject({ verdict: 'unknown', evidence: ['It has more than 300 parts; the others were not read.'] })
})

test('the caller says whether it is bulk mail', () => {
  expect(trouble(message(), { bulk: true })).toEqual(['lint.list-unsubscribe-missing', 'lint.unsubscribe-link-missing'])
  expect(trouble(message({}, footer), { bulk: false })).toEqual([])
  expect(lint(message(), { bulk: true }).facts.bulk).toEqual({ is: true, why: 'you said so' })
})

test('a template with its tags is no message with forgotten ones', () => {
  const template = message({ Subject: 'News for *|FNAME|*' }, `${words}\r\nUnsubscribe: *|UNSUB|*\r\n`)
  expect(trouble(template)).toEqual([])
  expect(codes(template)).toEqual(expect.arrayContaining(['lint.unsubscribe-tag', 'lint.merge-fields']))
})

const sent = { Received: 'from a by b; Wed, 25 Nov 2026 11:00:05 +0000' }

test.each<[string, string, readonly FindingCode[]]>([
  ['that covers what it should', message({ 'DKIM-Signature': signature(visible) }), []],
  ['without From', message({ 'DKIM-Signature': signature('to:subject:date') }), ['lint.dkim-from-uncovered']],
  ['without Subject', message({ 'DKIM-Signature': signature('from:to:date') }), ['lint.dkim-fields-uncovered']],
  ['with a length', message({ 'DKIM-Signature': signature(visible, '; l=10') }), ['lint.dkim-body-partial']],
  ['that had run out', message({ 'DKIM-Signature': signature(visible, '; x=1795604000'), ...sent }), ['lint.dkim-expired']],
  ['that ran out since', message({ 'DKIM-Signature': signature(visible, '; x=1795604500'), ...sent }), []],
  ['of SHA-1', message({ 'DKIM-Signature': signature(visible).replace('sha256', 'sha1') }), ['lint.dkim-sha1']],
  ['without a selector', message({ 'DKIM-Signature': signature(visible).replace(' s=a;', '') }), ['lint.dkim-broken']],
  [
    'of another domain',
    message({ 'DKIM-Signature': signature(visible).replace('example.com', 'esp.example.net') }),
    ['lint.alignment-unknown']
  ],
  [
    'and an envelope of another domain',
    message({ 'Return-Path': '<b@example.net>', ...sent, 'DKIM-Signature': signature(visible).replace('example.com', 'esp.example.net') }),
    ['lint.not-aligned']
  ],
  ['that is absent, sent', message({ ...sent, 'Return-Path': '<b@mail.example.com>' }), ['lint.unsigned-sent']]
])('a DKIM signature %s', (_, text, expected) => {
  expect(trouble(text)).toEqual(expected)
})

test.each<[string, string, FindingCode]>([
  ['of one', chain(arc(1, 'none')), 'lint.arc-fine'],
  ['of two, newest first', chain(arc(2, 'pass'), arc(1, 'none')), 'lint.arc-fine'],
  ['with a gap', chain(arc(3, 'pass'), arc(1, 'none')), 'lint.arc-broken'],
  ['that begins with pass', chain(arc(1, 'pass')), 'lint.arc-broken'],
  ['with half a set', chain(arc(1, 'none'), { 'ARC-Seal': 'i=2; cv=pass; d=example.net' }), 'lint.arc-broken'],
  ['that failed', chain(arc(2, 'fail'), arc(1, 'none')), 'lint.arc-failed']
])('an ARC chain %s', (_, text, expected) => {
  expect(codes(text)).toContain(expected)
})

test.each<[number, FindingCode]>([
  [1_000_000, 'lint.size-fine'],
  [11_000_000, 'lint.size-above-default'],
  [22_000_000, 'lint.size-some-refuse'],
  [54_000_000, 'lint.size-all-refuse']
])('a message of %d bytes', (size, code) => {
  const report = lint(message({}, manyLines(words, size)))
  expect(report.findings.map((one) => one.code)).toContain(code)
  expect(report.facts.wireBytes).toBeGreaterThan(size)
})

test('a file with LF alone is counted with CR LF', () => {
  const crlf = message()
  expect(lint(crlf.replaceAll('\r\n', '\n')).facts.wireBytes).toBe(crlf.length)
})

test('what blocklists and filters say is told with the rest', () => {
  const listedDomains = [{ domain: 'example.net', list: 'Some DBL', means: 'spam', delisting: 'https://example.org/' }]
  const found = lint(message(), { listedDomains }).findings.find(({ code }) => code === 'lint.link-listed')
  expect(found?.evidence).toEqual(['example.net is on Some DBL: spam'])
  expect(lint(linked('https://www.mailchimp.com/')).facts.domains).toEqual(['mailchimp.com', 'example.com'])
})

test('a placeholder in double braces is told once, and the fix names the domain of the sender', () => {
  const { findings } = lint(message({}, `Dear {{first_name}},\r\n${words}\r\n`), { bulk: true })
  expect(findings.find(({ code }) => code === 'lint.merge-unfilled')?.evidence).toEqual(['{{first_name}}'])
  expect(findings.find(({ code }) => code === 'lint.list-unsubscribe-missing')?.fix).toContain('<https://example.com/unsubscribe?id=…>')
})

test('facts hold no control characters and no turned letters', () => {
  const nasty = '\x1b[31m\u202e'
  const report = lintMessage(new TextEncoder().encode(attached(`a${nasty}.pdf`, '%PDF-').replace('Hello', `Hello${nasty}`)), { now })
  expect(stringsIn(report).filter((text) => unclean.test(text))).toEqual([])
})
