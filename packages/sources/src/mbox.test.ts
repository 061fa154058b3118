import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitMbox } from './mbox.ts'

type Split = { readonly messages: readonly string[]; readonly offsets: readonly number[]; readonly problems: readonly string[] }

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

const split = (pieces: readonly Buffer[], limit = 1_000_000): Split => {
  const messages: string[] = []
  const offsets: number[] = []
  const problems: string[] = []
  const sink = splitMbox(
    {
      message: (bytes, offset) => {
        messages.push(Buffer.from(bytes).toString('latin1'))
        offsets.push(offset)
      },
      problem: (problem) => problems.push(problem)
    },
    limit
  )
  for (const piece of pieces) sink.write(Buffer.from(piece))
  sink.end()
  return { messages, offsets, problems }
}

const one = (text: string, limit?: number): readonly string[] => split([latin1(text)], limit).messages

const separator = 'From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n'
const message = 'Subject: a\n\nbody\n'

describe('a separator', () => {
  test.each([
    ['as asctime writes it', 'From MAILER-DAEMON Fri Jul  8 12:08:34 2011'],
    ['with an address', 'From bounce+a=b@lists.example.com Fri Jul  8 12:08:34 2011'],
    ['without an address', 'From  Fri Jul  8 12:08:34 2011'],
    ['of Thunderbird', 'From - Tue Nov 24 09:30:00 2026'],
    ['without seconds, with a zone', 'From someone@example.com Tue Nov 24 09:30 MET DST 2026'],
    ['with a zone before the year', 'From 1234567890@xxx Tue Nov 24 09:30:00 +0000 2026'],
    ['with a zone after the year', 'From a@example.com Tue Nov 24 09:30:00 2026 +0100'],
    ['with a host of UUCP', 'From a Tue Nov 24 09:30:00 2026 remote from host'],
    ['in the order of RFC 5322', 'From a@example.com Tue, 24 Nov 2026 09:30:00 +0000'],
    ['with an address in words', 'From someone at example.com  Tue Nov 24 09:30:00 2026']
  ])('%s begins a message', (_, line) => {
    expect(one(`${separator}${message}\n${line}\n${message}`)).toEqual([message, message])
  })

  test.each([
    ['has no date', 'From here it goes on'],
    ['has a day but no time', 'From Mon Jan 5 on we close early, until 2027'],
    ['has a time but no year', 'From Mon Jan 5 10:00 on'],
    ['has words after it that are no separator', 'From: someone'],
    ['is quoted', '>From a Fri Jul  8 12:08:34 2011'],
    ['is longer than any program writes', `From ${'a'.repeat(1_000)} Fri Jul  8 12:08:34 2011`]
  ])('is none where the line %s', (_, line) => {
    expect(one(`${separator}Subject: a\n\nbody\n\n${line}\nmore\n`)).toHaveLength(1)
  })

  test('inside a paragraph is text', () => {
    const text = 'Subject: a\n\nThey wrote:\nFrom a Fri Jul  8 12:08:34 2011\nwe waited.\n'
    expect(one(separator + text)).toEqual([text])
  })

  test('without an empty line before it counts if a header field follows', () => {
    expect(one(`${separator}${message}${separator}Return-Path: <>\n${message}`)).toEqual([message, `Return-Path: <>\n${message}`])
  })
})

describe('the text of a message', () => {
  test.each([
    ['mboxo and mboxrd: one > is taken', '>From me\n>>From you\n> From\n', 'From me\n>From you\n> From\n'],
    ['> elsewhere stays', 'a >From b\n> >From c\n', 'a >From b\n> >From c\n'],
    ['with CRLF', '>From me\r\n>>From you\r\n', 'From me\r\n>From you\r\n']
  ])('%s', (_, stored, meant) => {
    expect(one(`${separator}Subject: a\n\n${stored}\n${separator}${message}`)).toEqual([`Subject: a\n\n${meant}`, message])
  })

  test('keeps the >From line of an old transport in the header', () => {
    const text = '>From a Fri Jul  8 12:08:34 2011 remote from host\nSubject: a\n\n>From b\n'
    expect(one(separator + text)).toEqual(['>From a Fri Jul  8 12:08:34 2011 remote from host\nSubject: a\n\nFrom b\n'])
  })

  test('keeps its own line ends, whatever the separators have', () => {
    const crlf = 'Subject: a\r\n\r\nbody\r\n'
    expect(one(`${separator}${crlf}\r\n${separator}${message}\n${separator.trim()}\r\n${crlf}\r\n`)).toEqual([crlf, message, crlf])
  })

  test('keeps empty lines of its own', () => {
    expect(one(`${separator}Subject: a\n\nbody\n\n\n\n${separator}${message}`)).toEqual(['Subject: a\n\nbody\n\n\n', message])
  })

  test('may lack its last line end', () => {
    expect(one(`${separator}${message}\n${separator}Subject: a\n\nbody`)).toEqual([message, 'Subject: a\n\nbody'])
  })
})

describe('Content-Length', () => {
  const inner = `quoted mail:\n\n${separator}Subject: inner\n\ntext\n`
  const of = (length: number): string => `Subject: a\nContent-Length: ${length}\n\n${inner}`

  test('keeps an unquoted From line inside the message (mboxcl2)', () => {
    expect(one(`${separator}${of(inner.length)}\n${separator}${message}`)).toEqual([of(inner.length), message])
    expect(one(`${separator}${of(inner.length)}\n`)).toEqual([of(inner.length)])
  })

  test.each([
    ['too long', 3],
    ['too short', -3],
    ['far too long', 100_000]
  ])('that is %s is not believed', (_, error) => {
    const found = one(`${separator}${of(inner.length + error)}\n${separator}${message}`)
    expect(found).toHaveLength(3)
    expect(found[2]).toBe(message)
  })

  test('of quoting programs leaves the quoting to undo (mboxcl)', () => {
    const body = '>From me\n'
    expect(one(`${separator}Content-Length: ${body.length}\n\n${body}\n${separator}${message}`)[0]).toBe(
      `Content-Length: ${body.length}\n\nFrom me\n`
    )
  })

  test('in the text is text', () => {
    const text = 'Subject: a\n\nContent-Length: 20\n\nbody\n'
    expect(one(`${separator}${text}\n${separator}${message}`)).toEqual([text, message])
  })
})

test('a message beyond the limit gives its beginning and a problem, and the next one is read', () => {
  const long = `Subject: a\n\n${'x'.repeat(5_000)}\n`
  const text = `${separator}${message}\n${separator}${long}\n${separator}${message}`
  for (const size of [1, 700, 100_000]) {
    const found = split(cut(latin1(text), [size]), 2_000)
    expect(found.messages).toEqual([message, long.slice(0, 2_000), message])
    expect(found.problems).toHaveLength(1)
  }
})

test('a separator without a message is told', () => {
  expect(split([latin1(`${separator}\n${separator}${message}`)])).toMatchObject({
    messages: [message],
    problems: [expect.stringMatching(/no message/)]
  })
})

test('a first line without end does not fill the memory', () => {
  const found = split(
    Array.from({ length: 100 }, () => Buffer.alloc(1_000, 'From ')),
    2_000
  )
  expect(found.messages).toEqual(['From '.repeat(400)])
})

const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const pieces: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

const lines = fc.array(
  fc.oneof(
    fc.constantFrom(
      '',
      'From ',
      'From me',
      '>From me',
      '>>From ',
      separator.trim(),
      `>${separator.trim()}`,
      'Content-Length: 12',
      '>',
      'a: b',
      'x'.repeat(1_500)
    ),
    fc.string({ maxLength: 60, unit: fc.constantFrom('a', ' ', '>', ':', 'F', '\r', '\xe4') })
  ),
  { maxLength: 12 }
)
const messages = fc.array(
  lines.map((body) => `Subject: x\n\n${body.join('\n')}\n`),
  { minLength: 1, maxLength: 8 }
)
const asMboxrd = (all: readonly string[]): string => all.map((text) => `${separator}${text.replace(/^(>*From )/gm, '>$1')}\n`).join('')
/** The line ends that make `^` in a test's regular expression match: LF only, so a lone CR must not stand before a From. */
const isPlain = (all: readonly string[]): boolean => all.every((text) => !/\r/.test(text))

test('messages written as mboxrd come back byte for byte', () => {
  fc.assert(
    fc.property(messages.filter(isPlain), (all) => {
      expect(one(asMboxrd(all))).toEqual(all)
    })
  )
})

test('how the file is cut into pieces does not change what is read', () => {
  const text = fc.oneof(
    messages.map(asMboxrd),
    lines.map((all) => separator + all.join('\n')),
    lines.map((all) => all.join('\r\n'))
  )
  fc.assert(
    fc.property(
      text,
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 300 }),
      (all, sizes, limit) => {
        const bytes = latin1(all)
        expect(split(cut(bytes, sizes), limit)).toEqual(split([bytes], limit))
      }
    ),
    { numRuns: 500 }
  )
})

test('no byte but separators and empty lines is lost', () => {
  fc.assert(
    fc.property(lines, (all) => {
      const text = separator + all.filter((line) => !line.includes('>From')).join('\n')
      const kept = (of: string): number => of.replace(/[\r\n]/g, '').replaceAll(separator.trim(), '').length
      expect(one(text).reduce((sum, found) => sum + kept(found), 0)).toBe(kept(text))
    })
  )
})
