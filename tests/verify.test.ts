import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { dns, file, lines, run, runWith } from './verify/command.ts'

/** Verdict and first reason of each address, as a pipe gets them. */
const verdictsOf = async (addresses: readonly string[], ...args: readonly string[]): Promise<string[]> => {
  const { out } = await runWith(`${addresses.join('\n')}\n`, '-', '--format', 'text', '-q', ...args)
  return lines(out).map((line) => line.split('\t').slice(0, 2).join(' ').split(';')[0] ?? '')
}

test.each([
  ['ann@good-company.com', 'sendable nothing-against'],
  ['ann@only-web.com', 'sendable nothing-against'],
  ['ann@no-mail.com', 'undeliverable domain-not-accepting-mail/null-mx'],
  ['ann@nothing.com', 'undeliverable domain-not-found'],
  ['ann@missing.com', 'undeliverable domain-not-found'],
  ['ann@dangling.com', 'undeliverable routing-error/misconfigured'],
  ['ann@loopback.com', 'unknown private-address'],
  ['ann@inside.com', 'unknown private-address'],
  ['ann@broken.com', 'unknown dns-failure'],
  ['ann@lying.com', 'unknown dns-failure'],
  ['ann@garbage.com', 'unknown dns-failure'],
  ['ann@loop.com', 'unknown dns-failure'],
  ['ann@gmial.com', 'risky probable-typo'],
  ['ann@@good-company.com', 'undeliverable bad-address-syntax/repeated-at'],
  ['"ann lee"@good-company.com', 'risky unusual-address/quoted-local-part'],
  ['ann@[192.0.2.1]', 'risky unusual-address/address-literal']
])('%s is %s', async (address, expected) => {
  expect(await verdictsOf([address], '--dns', dns.address)).toEqual([expected])
})

test('with syntax alone nobody is asked, and a fine address is sendable whatever its domain', async () => {
  const before = dns.questions().length
  expect(
    await verdictsOf(['ann@missing.com', 'ann@gmial.com', 'ann(comment)@good-company.com', 'a@b', 'no address'], '--checks', 'syntax')
  ).toEqual([
    'sendable nothing-against',
    'sendable probable-typo',
    'undeliverable bad-address-syntax/comment',
    'risky unusual-address/dotless-domain',
    'undeliverable bad-address-syntax/no-at'
  ])
  expect(dns.questions().length).toBe(before)
})

test('one address tells its story, and its exit code is that of the verdict', async () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['ann@good-company.com', 0, /^Sendable: ann@good-company\.com/],
    ['ann@missing.com', 1, /^Undeliverable/],
    ['ann@gmial.com', 1, /^Risky[\s\S]*ann@gmail\.com/],
    ['ann@broken.com', 3, /^Unknown/]
  ]
  for (const [address, expected, words] of cases) {
    const { code, out } = await run(address, '--dns', dns.address)
    expect([address, code]).toEqual([address, expected])
    expect(out).toMatch(words)
  }
  const { out } = await run('ann@good-company.com', '--dns', dns.address, '--json')
  expect(Object.keys(JSON.parse(out))).toEqual(
    expect.arrayContaining([
      'address',
      'verdict',
      'level',
      'reasons',
      'flags',
      'score',
      'checks',
      'suggestion',
      'canonical',
      'evidence',
      'checkedAt',
      'expiresAt'
    ])
  )
})

test('a CSV list comes back with its columns untouched and ours behind them, each domain asked once', async () => {
  const list = file(
    'list.csv',
    'Name;E-Mail;Note\r\n"Ann; A.";ann@good-company.com;=1+1\r\nBob;BOB@good-company.com;\r\nAnn again;Ann@Good-Company.com;x\r\n'
  )
  const output = file('out.csv')
  const before = dns.questions().length
  const { code, err } = await run(list, '-o', output, '--dns', dns.address)
  expect(code).toBe(0)
  expect(err).toContain('3 addresses')
  const rows = lines(readFileSync(output, 'utf8'))
  expect(rows[0]).toMatch(/^Name;E-Mail;Note;verdict;level;reasons;flags;score;/)
  expect(rows[1]).toMatch(/^"Ann; A\.";ann@good-company\.com;=1\+1;sendable;mx;nothing-against;;0\.9;/)
  expect(rows[3]).toMatch(/;duplicate;/)
  const asked = dns
    .questions()
    .slice(before)
    .map(({ name, type }) => `${name} ${type}`)
  expect(asked.filter((question) => question === 'good-company.com MX')).toHaveLength(1)
  expect(new Set(asked).size).toBe(asked.length)
  expect(existsSync(`${output}.state`)).toBe(false)
})

test('--repair writes the mended list and nothing else; --split makes four lists', async () => {
  const list = file(
    'list.csv',
    'email,name\nann@gmial.com,Ann\nbob@@gmail.com,Bob\ncid@missing.com,Cid\ndan@broken.com,Dan\n"Eve (x)" <eve@gmail.com>,Eve\n'
  )
  const { code } = await run(list, '-o', file('out.csv'), '--split', '--repair', file('mended.csv'), '--dns', dns.address, '-q')
  expect(code).toBe(0)
  expect(lines(readFileSync(file('mended.csv'), 'utf8'))).toEqual([
    'email,name',
    'ann@gmail.com,Ann',
    'bob@gmail.com,Bob',
    'cid@missing.com,Cid',
    'dan@broken.com,Dan',
    '"Eve (x)" <eve@gmail.com>,Eve'
  ])
  const rows = Object.fromEntries(
    ['deliverable', 'risky', 'undeliverable', 'unknown'].map((part) => [
      part,
      lines(readFileSync(file(`out.${part}.csv`), 'utf8'))
        .slice(1)
        .map((line) => line.split(',')[1])
    ])
  )
  expect(rows).toEqual({ deliverable: ['Eve'], risky: ['Ann'], undeliverable: ['Bob', 'Cid'], unknown: ['Dan'] })
})

test('a formula in the address column is disarmed, header injection is invalid, and neither stops the list', async () => {
  const list = file(
    'list.csv',
    'name,email\nEve,"=cmd|\'/C calc\'!A0"\nAnn,"ann@good-company.com\r\nBcc: all@example.com"\nBob,bob@good-company.com\n'
  )
  const { code, err } = await run(list, '-o', file('out.csv'), '--checks', 'syntax')
  expect(code).toBe(0)
  expect(err).toMatch(/2\s+Undeliverable/)
  const out = readFileSync(file('out.csv'), 'utf8')
  expect(out).toContain("'=cmd|")
  expect(out).toContain('bad-address-syntax')
})

test.each([
  ['an empty file', '', 2],
  ['binary garbage', Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7_919) % 256)), 2],
  ['a line of 3 MB', `${'a'.repeat(3_000_000)}\nann@good-company.com\n`, 1]
])('%s is an answer, not a crash', async (_, content, expected) => {
  const { code, err } = await run(file('list.txt', content), '--checks', 'syntax')
  expect(err).not.toMatch(/ at .*\.js:\d+/)
  expect(code).toBe(expected)
})

test.each([
  [['nowhere.csv'], /There is no list nowhere\.csv/],
  [['a@b.com', '--checks', 'smtp'], /There is no check "smtp"/],
  [['a@b.com', '--probe'], /--from ADDRESS/],
  [['a@b.com', '--wait', '3s'], /--wait is for probing/],
  [['a@b.com', '--probe', '--from', 'x@y.com\r\nRCPT TO:<z@z.com>'], /--from takes an address/],
  [['a@b.com', '--store', '/nowhere/store'], /There is no suppression list/],
  [['a@b.com', '-o', 'out.csv'], /for lists/],
  [['a@b.com', '--dns', 'nonsense'], /nonsense/]
])('%j is a usage error that says what to do', async (args, words) => {
  const { code, err } = await run(...args)
  expect(code).toBe(2)
  expect(err).toMatch(words)
})

test('the list itself is never the output, and a folder that is not there is told', async () => {
  const list = file('list.csv', 'email,name\nann@good-company.com,Ann\n')
  const same = await run(list, '-o', list, '--checks', 'syntax')
  expect([same.code, same.err]).toEqual([2, expect.stringContaining('replace the list itself')])
  expect(readFileSync(list, 'utf8')).toBe('email,name\nann@good-company.com,Ann\n')
  const missing = await run(list, '-o', file('nowhere/out.csv'), '--checks', 'syntax')
  expect(missing.code).toBe(2)
  expect(missing.err).not.toMatch(/ at .*\.js:\d+/)
  const garbage = file('state', 'this is no database, but long enough to be looked at as one')
  const broken = await run(list, '-o', file('out.csv'), '--state', garbage, '--checks', 'syntax')
  expect(broken.code).toBe(2)
  expect(broken.err).not.toMatch(/ at .*\.js:\d+/)
})

test('the name of the output tells its format, and JSON lines keep what they hold', async () => {
  const list = file('list.csv', 'email,name\nann@good-company.com,Ann\n')
  await run(list, '-o', file('out.tsv'), '--checks', 'syntax', '-q')
  expect(lines(readFileSync(file('out.tsv'), 'utf8'))[1]).toMatch(/^ann@good-company\.com\tAnn\tsendable\t/)
  await run(list, '-o', file('out.jsonl'), '--checks', 'syntax', '-q')
  expect(JSON.parse(lines(readFileSync(file('out.jsonl'), 'utf8'))[0] ?? '')).toMatchObject({
    name: 'Ann',
    whybounce: { verdict: 'sendable', checkedAt: expect.any(String) }
  })
  const { code, err } = await run(
    file('nested.jsonl', '{"id":7,"email":"ann@good-company.com"}\n'),
    '-o',
    file('lost.csv'),
    '--checks',
    'syntax'
  )
  expect([code, err]).toEqual([2, expect.stringContaining('JSON lines can be written as JSON lines only')])
  expect(readdirSync(dirname(list)).filter((name) => name.includes('.part'))).toEqual([])
})

test('rows without an address are counted, and have the same keys', async () => {
  const list = file('list.csv', 'email,name\nann@good-company.com,Ann\n,Bob\n')
  const { out, err, code } = await run(list, '--json', '--checks', 'syntax')
  const rows = lines(out).map((line) => JSON.parse(line))
  expect(code).toBe(0)
  expect(err).toContain('1  row has no address')
  for (const key of Object.keys(rows[0])) expect(rows[1]).toHaveProperty(key)
})
