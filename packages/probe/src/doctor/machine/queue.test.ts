import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { QueueListing } from '@whybounce/core/queue'
import { afterAll, expect, test } from 'vitest'
import { findMailSoftware } from './mail-software.ts'
import { ageText, checkQueue, queueFindings } from './queue.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A machine in a folder: files with their text; those in sbin are programs. */
const machine = (files: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync(join(tmpdir(), 'whybounce-machine-'))
  folders.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    if (path.includes('sbin/')) chmodSync(join(root, path), 0o755)
  }
  return root
}
const postfix = { 'etc/postfix/main.cf': '', 'var/spool/postfix/pid': '' }
const exim = { 'etc/exim4/exim4.conf': '', 'var/spool/exim4/pid': '', 'usr/sbin/exim4': '#!/bin/sh\n' }

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['nothing', {}, []],
  ['Postfix', { ...postfix, 'usr/sbin/postqueue': '' }, ['Postfix']],
  ['Postfix that was never set up', { 'var/spool/postfix/pid': '', 'usr/sbin/postqueue': '' }, []],
  [
    'Postfix and its sendmail',
    { ...postfix, 'usr/sbin/postqueue': '', 'usr/sbin/sendmail': '', 'etc/mail/sendmail.cf': '', 'var/spool/mqueue/x': '' },
    ['Postfix']
  ],
  ['Exim', exim, ['Exim']],
  ['sendmail', { 'usr/sbin/sendmail': '', 'etc/mail/sendmail.cf': '', 'var/spool/mqueue/x': '' }, ['sendmail']],
  ['OpenSMTPD', { 'usr/sbin/smtpctl': '', 'etc/smtpd.conf': '', 'var/spool/smtpd/queue/x': '' }, ['OpenSMTPD']]
])('a machine with %s', (_, files, names) => expect(findMailSoftware(machine(files)).map(({ name }) => name)).toEqual(names))

const run = async (script: string, signal = new AbortController().signal): Promise<readonly string[]> => {
  const [software] = findMailSoftware(machine({ ...postfix, 'usr/sbin/postqueue': `#!/bin/sh\n${script}\n` }))
  if (software === undefined) throw new Error('no software')
  const found = await checkQueue(software, signal, 1_795_645_600_000)
  return found.flatMap(({ code, evidence }) => [code, ...evidence])
}
const message = (age: number): string =>
  `{"queue_name": "deferred", "queue_id": "085F398D002", "arrival_time": ${1_795_645_600 - age}, "recipients": [{"address": "b@example.org", "delay_reason": "timed out"}]}`

test('a program is run, and what it prints is read', async () => {
  expect(await run(`echo '${message(120)}'`)).toEqual([
    'queue.fine',
    '1 wait, the oldest for 2 minutes; 0 are held',
    '1 wait because: timed out'
  ])
})

test('a program that fails, says nothing of its locale and is stopped in time', async () => {
  expect(await run('echo "fatal: no permission" >&2; exit 69')).toContain('fatal: no permission')
  expect((await run('echo "$LC_ALL" >&2; exit 1')).at(-1)).toBe('C')
  const ending = new AbortController()
  const ended = run('sleep 60', ending.signal)
  ending.abort()
  expect(await ended).toContain('queue.unknown')
})

test('a queue without end is cut, and the number is told as the least', async () => {
  const found = await run(`exec yes '${message(60)}'`)
  expect(found[0]).toBe('queue.long')
  expect(found[1]).toMatch(/^more than \d+ wait/)
})

const listing = (parts: Partial<QueueListing>): QueueListing => ({ count: 0, held: 0, reasons: [], down: false, ...parts })
const [software] = findMailSoftware(machine(exim))
const day = 86_400
test.each<[string, Partial<QueueListing>, readonly string[]]>([
  ['an empty queue', {}, ['queue.fine']],
  ['some deferred mail of four days', { count: 40, oldest: -4 * day }, ['queue.fine']],
  ['mail of a week', { count: 2, oldest: -7 * day }, ['queue.old']],
  ['a thousand', { count: 1_000, oldest: -day }, ['queue.long']],
  ['a thousand that are held', { count: 1_000, held: 1_000, oldestHeld: -day }, ['queue.fine']],
  ['mail that was frozen and forgotten', { count: 3, held: 3, oldestHeld: -20 * day }, ['queue.frozen']],
  ['a server that is down', { count: 3, oldest: -10, down: true }, ['queue.not-running']],
  ['a clock that went back', { count: 1, oldest: 500 }, ['queue.fine']]
])('%s', (_, parts, codes) => {
  if (software === undefined) throw new Error('no software')
  expect(queueFindings(software, listing(parts), false, 0).map(({ code }) => code)).toEqual(codes)
})

test.each([
  [30, '0 minutes'],
  [3_700, '61 minutes'],
  [7_300, '2 hours'],
  [100_000, '27 hours'],
  [200_000, '2 days']
])('%i seconds are %s', (seconds, text) => expect(ageText(seconds)).toBe(text))
