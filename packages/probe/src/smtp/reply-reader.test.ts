import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RawReply, ReplyReader } from './reply-reader.ts'

const read = (chunks: readonly Buffer[], limit = 65_536): { replies: readonly RawReply[]; tooLong: boolean; unfinished: number } => {
  const reader = new ReplyReader(limit)
  const replies = chunks.flatMap((chunk) => reader.push(chunk))
  return { replies, tooLong: reader.tooLong, unfinished: reader.tooLong ? 0 : reader.unfinished }
}
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('ReplyReader', () => {
  it.each<[string, string, readonly (readonly [number, string])[]]>([
    ['one line', '250 2.1.5 ok\r\n', [[250, '250 2.1.5 ok']]],
    ['a code alone', '250\r\n', [[250, '250']]],
    ['a code and a space', '354 \r\n', [[354, '354 ']]],
    ['line feeds alone', '250-a\n250 b\n', [[250, '250-a\n250 b']]],
    ['several lines', '550-5.1.1 no\r\n550-such\r\n550 user\r\n', [[550, '550-5.1.1 no\n550-such\n550 user']]],
    ['a hyphen and nothing', '250-\r\n250 ok\r\n', [[250, '250-\n250 ok']]],
    ['two replies in one packet', '250 a\r\n451 b\r\n', [[250, '250 a'], [451, '451 b']]], // biome-ignore format: one case a line
    ['codes of one class that differ: the last counts', '250-a\r\n251 b\r\n', [[251, '250-a\n251 b']]],
    ['codes that contradict each other', '250-ok\r\n550 no\r\n', [[0, '250-ok\n550 no']]],
    ['a contradiction that is taken back', '250-a\r\n550-b\r\n250 c\r\n', [[0, '250-a\n550-b\n250 c']]],
    ['junk in the middle ends the reply', '250-a\r\nhello\r\n250 b\r\n', [[0, '250-a\nhello'], [250, '250 b']]], // biome-ignore format: one case a line
    ['no code', 'SSH-2.0-OpenSSH_9.2\r\n', [[0, 'SSH-2.0-OpenSSH_9.2']]],
    ['an empty line', '\r\n', [[0, '']]],
    ['two digits', '25 ok\r\n', [[0, '25 ok']]],
    ['four digits', '2500 ok\r\n', [[0, '2500 ok']]],
    ['a letter behind the code', '250ok\r\n', [[0, '250ok']]],
    ['a first digit that RFC 5321 does not have', '650 ok\r\n150 ok\r\n000 ok\r\n', [[0, '650 ok'], [0, '150 ok'], [0, '000 ok']]], // biome-ignore format: one case a line
    ['a code with a sign', '+50 ok\r\n', [[0, '+50 ok']]],
    ['NULs are kept as they are', '550 a\0b\r\n', [[550, '550 a\0b']]],
    ['a NUL before the code', '\x00250 ok\r\n', [[0, '\x00250 ok']]],
    ['a carriage return within a line', '550 a\rb\r\n', [[550, '550 a\rb']]],
    ['Latin-1', '550 Empf\xe4nger\r\n', [[550, '550 Empfänger']]],
    ['UTF-8', '550 Empf\xc3\xa4nger\r\n', [[550, '550 Empfänger']]],
    ['UTF-8 that says U+FFFD itself', '550 \xef\xbf\xbd\xc3\xa4\r\n', [[550, '550 \ufffdä']]]
  ])('reads %s', (_name, input, expected) => {
    const { replies, tooLong, unfinished } = read([bytes(input)])
    expect(replies.map(({ code, text }) => [code, text])).toEqual(expected)
    expect({ tooLong, unfinished }).toEqual({ tooLong: false, unfinished: 0 })
  })

  it('tells that a reply has begun and not ended', () => {
    expect(read([bytes('250-a\r\n25')])).toEqual({ replies: [], tooLong: false, unfinished: 9 })
  })

  it('stops at a reply that is longer than allowed, and gives those before it', () => {
    const ok = { code: 250, text: '250 ok' }
    expect(read([bytes(`250 ok\r\n250 ${'a'.repeat(100)}\r\n250 ok\r\n`)], 64)).toMatchObject({ replies: [ok], tooLong: true })
    expect(read([bytes(`250 ok\r\n${'250-a\r\n'.repeat(10)}250 b\r\n`)], 64)).toMatchObject({ replies: [ok], tooLong: true })
    expect(read([bytes('250 ok\r\n'), bytes('x'.repeat(65)), bytes('\r\n250 ok\r\n')], 64)).toMatchObject({ replies: [ok], tooLong: true })
    expect(read([bytes(`250 ${'a'.repeat(58)}\r\n`)], 64)).toMatchObject({ tooLong: false, replies: [{ code: 250 }] })
  })

  it('a later reply is not shorter for the one before it', () => {
    const reply = bytes(`250 ${'a'.repeat(50)}\r\n`)
    expect(read(Array(10).fill(reply), 64)).toMatchObject({ tooLong: false, replies: { length: 10 } })
  })

  const line = fc.oneof(
    fc.constantFrom('250 ok', '250-ok', '550 no', '550-no', '421 bye', '250', '', '\r', '99', '250-', 'junk', '2\0', '\xff\xfe 250 ok'),
    fc.string({ unit: 'binary', maxLength: 40 })
  )
  const stream = fc.array(fc.tuple(line, fc.constantFrom('\r\n', '\n', '', '\r')), { maxLength: 30 })

  it('gives the same replies however the bytes are cut, and all of the lines', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(300), { maxLength: 40 }), fc.integer({ min: 1, max: 400 }), (lines, cuts, limit) => {
        const whole = Buffer.from(lines.map(([text, end]) => text + end).join(''), 'latin1')
        const at = [...new Set([0, ...cuts.filter((cut) => cut < whole.length), whole.length])].sort((a, b) => a - b)
        const chunks = at.slice(1).map((end, index) => whole.subarray(at[index] ?? 0, end))
        const atOnce = read([whole], limit)
        expect(read(chunks, limit)).toEqual(atOnce)
        expect(read([...whole].map((byte) => Buffer.from([byte])), limit)).toEqual(atOnce) // biome-ignore format: short
        const ended = whole.subarray(0, whole.lastIndexOf('\n') + 1)
        if (!atOnce.tooLong && atOnce.unfinished === whole.length - ended.length) {
          const said = atOnce.replies.flatMap(({ text }) => text.split('\n'))
          expect(said.length).toBe(ended.filter((byte) => byte === 0x0a).length)
        }
      }),
      { numRuns: 500 }
    )
  })

  it('never takes a reply for one that worked unless all its lines say so', () => {
    fc.assert(
      fc.property(stream, (lines) => {
        const { replies } = read([Buffer.from(lines.map(([text, end]) => text + end).join(''), 'latin1')])
        for (const { code, text } of replies) {
          if (code !== 0) expect(text.split('\n').every((each) => each.startsWith(String(code).charAt(0)))).toBe(true)
        }
      })
    )
  })
})
