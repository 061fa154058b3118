import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeName, endOfName, plainName, readName } from './wire-name.ts'

const label63 = 'a'.repeat(63)

describe('names that are asked for', () => {
  test.each<[string, string, string]>([
    ['a plain name', 'example.com', '\x07example\x03com\0'],
    ['the root', '.', '\0'],
    ['an underscore label', '_25._tcp.mx.example', '\x03_25\x04_tcp\x02mx\x07example\0'],
    ['an A-label', 'xn--bcher-kva.example', '\x0dxn--bcher-kva\x07example\0'],
    ['a label of 63 bytes', label63, `\x3f${label63}\0`],
    ['a label of 64 bytes', `${label63}a`, 'too-long'],
    ['a name of 253 letters', `${`${label63}.`.repeat(3)}${'a'.repeat(61)}`, `${`\x3f${label63}`.repeat(3)}\x3d${'a'.repeat(61)}\0`],
    ['a name of 254 letters', `${`${label63}.`.repeat(3)}${'a'.repeat(62)}`, 'too-long'],
    ['ten megabytes', 'a.'.repeat(5_000_000), 'too-long'],
    ['an empty name', '', 'bad-name'],
    ['an empty label', 'a..example', 'bad-name'],
    ['a leading dot', '.example', 'bad-name'],
    ['two last dots', plainName('example..'), 'bad-name'],
    ['a space', 'a b.example', 'bad-name'],
    ['a NUL', 'a\0.example', 'bad-name'],
    ['a line feed', 'a\n.example', 'bad-name'],
    ['a letter outside ASCII', 'bücher.example', 'bad-name'],
    ['an escaped dot, as read from an answer', 'a\\.b.example', 'bad-name']
  ])('%s', (_what, name, expected) => {
    const encoded = encodeName(name)
    expect(typeof encoded === 'string' ? encoded : Buffer.from(encoded).toString('latin1')).toBe(expected)
  })

  test('letter case and the last dot do not matter', () => {
    expect([plainName('EXAMPLE.Com.'), plainName('.'), plainName('example.com')]).toEqual(['example.com', '.', 'example.com'])
  })
})

describe('names in answers', () => {
  const read = (bytes: string, at = 0): string | undefined => readName(Buffer.from(bytes, 'latin1'), at)

  test.each<[string, string, number, string | undefined]>([
    ['labels', '\x02MX\x07Example\0', 0, 'mx.example'],
    ['the root', '\0', 0, '.'],
    ['a pointer back', '\x07example\0\x02mx\xc0\0', 9, 'mx.example'],
    ['a pointer to itself', '\xc0\0', 0, undefined],
    ['a pointer forward', '\xc0\x02\x01a\0', 0, undefined],
    ['a loop of labels and a pointer', '\x01a\xc0\0', 0, undefined],
    ['two pointers at each other', '\xc0\x02\xc0\0', 2, undefined],
    ['a label that ends behind the message', '\x05abc', 0, undefined],
    ['a name without end', '\x03abc', 0, undefined],
    ['half a pointer', '\xc0', 0, undefined],
    ['an unknown label type', '\x41a\0', 0, undefined],
    ['four labels of 63', `${`\x3f${label63}`.repeat(4)}\0`, 0, undefined],
    ['a dot inside a label stays inside', '\x04a.b.\x07example\0', 0, 'a\\.b\\..example'],
    ['a NUL, a space, an escape character, a byte over 127', '\x04\0 \x1b\xff\0', 0, '\\000\\032\\027\\255'],
    ['no place at all', '', 5, undefined]
  ])('%s', (_what, bytes, at, expected) => {
    expect(read(bytes, at)).toBe(expected)
  })

  test('more pointers than a name has labels are no name', () => {
    const bytes = Buffer.concat([
      Buffer.from('\x01a\0'),
      ...Array.from({ length: 200 }, (_, index) => pointerTo(index === 0 ? 0 : 3 + (index - 1) * 2))
    ])
    expect(readName(bytes, 3 + 100 * 2)).toBe('a')
    expect(readName(bytes, 3 + 150 * 2)).toBeUndefined()
  })

  test('what was encoded reads back as the same name, and ends where it ends', () => {
    const labels = fc.array(fc.stringMatching(/^[a-z0-9_-]{1,63}$/), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(labels, fc.nat(40), (list, before) => {
        const name = list.join('.')
        const encoded = encodeName(name)
        if (typeof encoded === 'string') return expect(encoded).toBe('too-long')
        const bytes = Buffer.concat([Buffer.alloc(before, 0xff), encoded, Buffer.from('rest')])
        expect([readName(bytes, before), endOfName(bytes, before)]).toEqual([name, before + encoded.length])
      })
    )
  })

  test('no bytes make the reader throw, or give a name over the limit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(600), (bytes, at) => {
        const name = readName(bytes, at)
        if (name !== undefined) expect(name.replaceAll(/\\(?:\d{3}|.)/g, 'x').length).toBeLessThanOrEqual(253)
        expect(endOfName(bytes, at)).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 2_000 }
    )
  })
})

const pointerTo = (at: number): Buffer => Buffer.from([0xc0 | (at >> 8), at & 0xff])
