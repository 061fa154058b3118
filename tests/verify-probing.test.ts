import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { begin, bin, dns, file, lines, probing, recipientsOf, run, serve } from './verify/command.ts'

/** What is asked of mail servers, and what is not, over kills and later runs. */

test('an address that DNS leads to a private network is not asked, unless allowed', async () => {
  const server = await serve({})
  const args = probing(server).filter((arg) => arg !== '--allow-private')
  const { code, out } = await run('ann@many.com', ...args, '--i-know')
  expect(out).toMatch(/^Unknown/)
  expect(code).toBe(3)
  expect(server.connections()).toBe(0)
})

test('nothing is asked from a machine that is not fit, and it is said what to mend', async () => {
  const server = await serve({})
  const { code, err } = await run('ann@many.com', ...probing(server).map((arg) => (arg === 'prober.com' ? 'stranger.com' : arg)))
  expect(code).toBe(3)
  expect(err).toContain('not fit to probe')
  expect(err).toContain('--i-know')
  expect(recipientsOf(server)).toEqual([])
})

test('killed in the middle of probing, the same command goes on and asks nothing of which it had the answer', async () => {
  const addresses = Array.from({ length: 300 }, (_, index) => `user${index}@many.com`)
  const list = file('list.txt', `${addresses.join('\n')}\n`)
  const server = await serve({ offers: [], rcpt: () => [{ wait: 5 }, '550 5.1.1 User unknown'] })
  const args = [list, '-o', file('out.jsonl'), ...probing(server).filter((arg) => arg !== '--unlimited'), '--per-minute', '100000', '-q']
  const first = begin(args)
  while (recipientsOf(server).length < 60) await sleep(20)
  first.child.kill('SIGKILL')
  await first.ended
  await server.idle()
  const before = recipientsOf(server)
  expect(before.length).toBeLessThan(300)
  const questions = dns.questions().length
  const { code } = await run(...args)
  expect(code).toBe(0)
  const verdicts = lines(readFileSync(file('out.jsonl'), 'utf8')).map((line) => JSON.parse(line).whybounce.verdict)
  expect(verdicts).toEqual(Array(300).fill('undeliverable'))
  const all = recipientsOf(server)
  // What was on the way when it died had no answer yet: at most two sessions of ten.
  expect(all.length - new Set(all).size).toBeLessThanOrEqual(20)
  expect(
    dns
      .questions()
      .slice(questions)
      .map(({ name, type }) => `${name} ${type}`)
  ).not.toContain('many.com MX')
  // A third run asks nobody.
  const connections = server.connections()
  await run(...args)
  expect(server.connections()).toBe(connections)
})

test('a greylisting that wants to be asked later than we wait is left for the next run, and is no refusal', async () => {
  const server = await serve({ rcpt: '450 4.2.0 Greylisted, try again in 600 seconds' })
  const list = file('list.txt', 'ann@many.com\n')
  const { code, err } = await run(list, '-o', file('out.jsonl'), ...probing(server), '--wait', '2s')
  expect(code).toBe(0)
  expect(err).toContain('1 question is left')
  const [row = ''] = lines(readFileSync(file('out.jsonl'), 'utf8'))
  expect(JSON.parse(row).whybounce).toMatchObject({ verdict: 'unknown', reasons: ['greylisted'] })
})

test('doubled rows have the verdict of the first', async () => {
  const server = await serve({ rcpt: '550 5.1.1 User unknown' })
  const list = file('list.txt', 'ann@many.com\nAnn@Many.com\nANN@many.com\n')
  await run(list, '-o', file('out.jsonl'), ...probing(server), '-q')
  const rows = lines(readFileSync(file('out.jsonl'), 'utf8')).map((line) => JSON.parse(line).whybounce)
  expect(rows.map(({ verdict }) => verdict)).toEqual(['undeliverable', 'undeliverable', 'undeliverable'])
  expect(recipientsOf(server)).toHaveLength(1)
})

test('own memory comes first: who complained is not sent to, and who got mail lately needs no question', async () => {
  const server = await serve({ rcpt: '550 5.1.1 User unknown' })
  const store = file('suppressions.sqlite')
  const lately = new Date(Date.now() - 86_400_000).toISOString()
  const events = [
    { kind: 'complaint', direction: 'inbound', recipient: 'ann@many.com', feedbackType: 'abuse', time: lately },
    { kind: 'delivered', direction: 'outbound', outcome: 'delivered', recipient: 'bob@many.com', time: lately }
  ]
  const importing = spawn(process.execPath, [
    bin,
    'suppress',
    'import',
    file('events.jsonl', `${events.map((event) => JSON.stringify(event)).join('\n')}\n`),
    '--store',
    store,
    '-q'
  ])
  expect(await new Promise((resolve) => importing.on('close', resolve))).toBe(0)
  const list = file('list.txt', 'ANN@many.com\nbob@many.com\ncid@many.com\n')
  await run(list, '-o', file('out.jsonl'), ...probing(server), '--store', store, '-q')
  const rows = lines(readFileSync(file('out.jsonl'), 'utf8')).map((line) => JSON.parse(line).whybounce)
  expect(rows.map(({ verdict, level, reasons }) => [verdict, level, reasons[0]])).toEqual([
    ['undeliverable', 'history', 'suppressed-locally/complaint'],
    ['deliverable', 'history', 'delivered-before'],
    ['undeliverable', 'probe', 'user-unknown']
  ])
  expect(recipientsOf(server)).toEqual(['cid@many.com'])
  expect(statSync(file('out.jsonl.state')).mode & 0o777).toBe(0o600)
})
