import { defaultDiagnoser } from '@whybounce/core'
import { exim, type LogFormat, postfix } from '@whybounce/core/log'
import { openTally, type Report, type TallyOptions } from '@whybounce/core/report'
import { expect, test } from 'vitest'
import { generateLog } from '../../../../bench/postfix-log-generate.ts'
import type { LogBlock, LogInput } from './log-input.ts'
import { openTallying } from './tally-input.ts'

const now = Date.parse('2026-11-25T12:00:00Z')

async function* inPieces(log: Uint8Array, size: number): AsyncGenerator<LogBlock, void, void> {
  // The same memory each time, as a file's.
  const memory = Buffer.alloc(size)
  for (let at = 0; at < log.length; at += size) {
    memory.set(log.subarray(at, at + size))
    yield { bytes: memory.subarray(0, Math.min(size, log.length - at)) }
  }
}
const report = async (
  log: Uint8Array,
  formats: readonly LogFormat[],
  more: Partial<LogInput> = {},
  size = 70_001,
  options: TallyOptions = { by: ['sender', 'host', 'domain'] }
): Promise<Report> => {
  const tally = openTally(defaultDiagnoser(), options)
  const tallying = openTallying(tally, { now })
  await tallying.read({ file: 'mail.log', formats, blocks: () => inPieces(log, size), ...more })
  tallying.end()
  return tally.report()
}
/** The same reader, that is not told to be Postfix's: its log is read line by line. */
const byLines: LogFormat = { ...postfix }

const made = (megabytes: number, more: object): Buffer =>
  Buffer.concat([...generateLog({ megabytes, seed: 7, ...more })].map(({ bytes }) => Buffer.from(bytes)))

for (const [name, options] of [
  ['as syslog writes it', {}],
  ['with ISO times and short ids', { isoTimes: true, shortIds: true }]
] as const)
  test(`the report of a Postfix log read as bytes is the one of its lines, ${name}`, async () => {
    const log = made(2, options)
    const bytes = await report(log, [postfix])
    expect(bytes).toEqual(await report(log, [byLines]))
    expect(bytes.attempts.delivered).toBeGreaterThan(1_000)
    expect(bytes.causes.length).toBeGreaterThan(10)
    expect(await report(log, [postfix], {}, 999)).toEqual(bytes)
  })

test('whatever the report is divided by, and whatever is known of the addresses, bytes and lines agree', async () => {
  const log = made(3, { retryAfter: 20, attempts: 3 })
  // Replies of one service quote two addresses.
  const mixed = Buffer.from(log.toString('utf8').replaceAll('198.51.100.11', '198.51.100.12'))
  const several: readonly TallyOptions[] = [
    {},
    { by: ['cause', 'host'] },
    { senderIps: { 'smtp-out1': '192.0.2.1' } },
    { since: Date.parse('2026-02-02T00:01:00Z'), until: Date.parse('2026-02-02T00:02:00Z') }
  ]
  for (const options of several)
    for (const bytes of [log, mixed])
      expect(await report(bytes, [postfix], {}, 70_001, options), JSON.stringify(options)).toEqual(
        await report(bytes, [byLines], {}, 70_001, options)
      )
  const { messages } = await report(log, [postfix], {}, 70_001, {})
  expect(messages.expired).toBeGreaterThan(0)
})

test('a message that began in one file of a log ends in the next one', async () => {
  const at = (minute: number, text: string): string => `Nov  1 12:0${minute}:00 mx1 postfix/${text}\n`
  const pieces = [
    at(0, 'qmgr[1]: 4bXyZ12dbh3cd: from=<news@example.com>, size=99, nrcpt=1 (queue active)') +
      at(
        0,
        'smtp[2]: 4bXyZ12dbh3cd: to=<a@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=4.2.2, status=deferred (host mx.example.net[192.0.2.25] said: 452 4.2.2 mailbox full (in reply to RCPT TO command))'
      ),
    at(5, 'qmgr[1]: 4bXyZ12dbh3cd: from=<news@example.com>, status=expired, returned to sender')
  ]
  for (const formats of [[postfix], [byLines]]) {
    const tally = openTally(defaultDiagnoser(), {})
    const tallying = openTallying(tally, { now })
    for (const [file, text] of [
      ['mail.log.1', pieces[0]],
      ['mail.log', pieces[1]]
    ] as const)
      await tallying.read({ file, formats, blocks: () => inPieces(Buffer.from(text ?? ''), 100) })
    tallying.end()
    const { messages, causes, files } = tally.report()
    expect(messages).toMatchObject({ expired: 1, deferred: 0 })
    expect(causes).toMatchObject([{ cause: 'mailbox-full', messages: 1, lost: 1 }])
    expect(files.map(({ lines }) => lines)).toEqual([2, 1])
  }
})

test('lines of other programs between those of Postfix are not lost', async () => {
  const mixed = Buffer.from(
    [
      'Nov  1 12:00:00 mx1 postfix/smtp[1]: 4bXyZ12dbh3cd: to=<a@example.com>, relay=mx.example.com[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)',
      'Nov  1 12:00:01 mx1 exim[7]: 2026-11-01 12:00:01 1tAbCd-00000001xYz-0aB1 ** b@example.com R=dnslookup T=remote_smtp H=mx.example.com [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<b@example.com>: 550 5.1.1 user unknown',
      'Nov  1 12:00:02 mx1 dovecot[9]: imap-login: Login',
      'Nov  1 12:00:03 mx1 postfix/smtp[1]: 4bXyZ12dbh3ce: to=<c@example.com>, dsn=2.0.0',
      ''
    ].join('\n')
  )
  const { attempts, lines } = await report(mixed, [postfix, exim])
  expect(attempts).toMatchObject({ delivered: 1, bounced: 1 })
  expect(lines).toMatchObject({ total: 4, events: 2 })
  expect(lines.samples.at(-1)?.line).toBe(4)
  expect(lines).toEqual((await report(mixed, [byLines, exim])).lines)
})

test('a log that becomes another program’s half-way is read to its end', async () => {
  const head = Array.from({ length: 50 }, (_, index) => `Nov  1 12:00:00 mx1 postfix/smtpd[1]: connect from unknown[192.0.2.${index}]`)
  const tail = Array.from(
    { length: 300 },
    (_, index) =>
      `2026-11-01 12:00:01 1tAbCd-0000001x${String(index).padStart(3, '0')}-0aB1 ** b${index}@example.com R=dnslookup T=remote_smtp: 550 5.1.1 user unknown`
  )
  const log = Buffer.from([...head, ...tail].join('\n'))
  const { attempts, lines } = await report(log, [postfix])
  expect(attempts.bounced).toBe(300)
  expect(lines).toMatchObject({ total: 350, events: 300, ignored: 50, unread: 0 })
  expect((await report(log, [postfix], { only: true })).attempts.bounced).toBe(0)
})

test('what is wrong with a log is told with it', async () => {
  async function* broken(): AsyncGenerator<LogBlock, void, void> {
    yield { bytes: Buffer.concat([Buffer.alloc(1_200_000, 'x'), Buffer.from('\n')]) }
    yield { bytes: new Uint8Array(0), problem: 'The packed file is cut off here.' }
  }
  const { files } = await report(Buffer.alloc(0), [postfix], { blocks: broken })
  expect(files).toEqual([
    {
      file: 'mail.log',
      format: 'postfix',
      lines: 1,
      bytes: 1_200_001,
      problem: 'The packed file is cut off here. 1 line is longer than 1 MB; only the beginning was read.'
    }
  ])
})
