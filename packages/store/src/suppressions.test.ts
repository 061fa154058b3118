import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventFields } from './policy.ts'
import { StoreError } from './store-error.ts'
import { openSuppressions, type Suppressions, type SuppressionsOptions } from './suppressions.ts'

let folder: string
let number = 0
const open: Suppressions[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-store-'))
})
afterAll(() => {
  for (const store of open) store.close()
  rmSync(folder, { recursive: true, force: true })
})

const now = Date.parse('2026-06-15T12:00:00Z')
const newFile = (): string => join(folder, `${++number}.sqlite`)
const openAt = (file: string, options: SuppressionsOptions = {}): Suppressions => {
  const store = openSuppressions(file, { now: () => now, ...options })
  open.push(store)
  return store
}
const openNew = (options: SuppressionsOptions = {}): Suppressions => openAt(newFile(), options)
const verdictOf = (store: Suppressions, address: string, stream?: string): string => store.check([address], { stream })[0]?.verdict ?? ''
const errorOf = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
const codeOf = (work: () => unknown): string | undefined => {
  const error = errorOf(work)
  return error instanceof StoreError ? error.code : String(error)
}

const full = (day: string): EventFields => ({
  kind: 'failed',
  outcome: 'failed',
  recipient: 'a@example.com',
  cause: 'mailbox-full',
  action: 'retry',
  time: `${day}T10:00:00Z`
})
const unknown = (day: string): EventFields => ({
  kind: 'failed',
  outcome: 'failed',
  recipient: 'a@example.com',
  cause: 'user-unknown',
  action: 'suppress',
  time: `${day}T10:00:00Z`
})
const arrived = (day: string): EventFields => ({
  kind: 'delivered',
  outcome: 'delivered',
  recipient: 'a@example.com',
  time: `${day}T10:00:00Z`
})

test('every spelling of a mailbox that was added is suppressed, and no other mailbox', () => {
  const store = openNew()
  const name = fc.stringMatching(/^[a-z][a-z0-9]{1,12}$/)
  fc.assert(
    fc.property(name, name, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (local, host, capitals) => {
      const address = `${local}@${host}.example.com`
      store.add([{ address, reason: 'manual', date: '2026-06-01T00:00:00Z' }])
      const spelling = [...address].map((char, at) => (capitals[at] === true ? char.toUpperCase() : char)).join('')
      expect(store.check([spelling, `<${address}>`, ` ${address} `, `x${address}`]).map(({ verdict }) => verdict)).toEqual([
        'suppressed',
        'suppressed',
        'suppressed',
        'clear'
      ])
    }),
    { numRuns: 50 }
  )
})

test('answers come in the order of the questions, what is no address among them, however many there are', () => {
  const store = openNew()
  store.add(Array.from({ length: 50 }, (_, index) => ({ address: `p${index * 100}@example.com`, reason: 'manual' as const })))
  const asked = Array.from({ length: 5_001 }, (_, index) => (index === 4_321 ? 'no address' : `p${index}@example.com`))
  const answers = store.check(asked)
  expect(answers.map(({ address }) => address)).toEqual(asked)
  expect(answers.filter(({ verdict }) => verdict === 'suppressed')).toHaveLength(50)
  expect(answers[4_321]).toEqual({ address: 'no address', verdict: 'unreadable' })
})

describe('streams, reasons and expiry', () => {
  test('an entry for one stream counts there and where no stream is asked for', () => {
    const store = openNew()
    store.add([
      { address: 'a@example.com', reason: 'unsubscribe', stream: 'news' },
      { address: 'b@example.com', reason: 'complaint' }
    ])
    expect([
      verdictOf(store, 'a@example.com', 'news'),
      verdictOf(store, 'a@example.com', 'bills'),
      verdictOf(store, 'a@example.com')
    ]).toEqual(['suppressed', 'clear', 'suppressed'])
    expect(verdictOf(store, 'b@example.com', 'bills')).toBe('suppressed')
  })

  test('the strongest reason is named, and all are kept', () => {
    const store = openNew()
    for (const reason of ['hard-bounce', 'complaint', 'manual'] as const) store.add([{ address: 'a@example.com', reason }])
    expect(store.check(['a@example.com'])[0]).toMatchObject({ entry: { reason: 'complaint' } })
    expect(store.why('a@example.com')?.entries.map(({ reason }) => reason)).toEqual(['complaint', 'manual', 'hard-bounce'])
  })

  test('what has expired counts no more; the longest expiry holds, whatever came first', () => {
    const store = openNew()
    const entry = { address: 'a@example.com', reason: 'manual' } as const
    store.add([{ ...entry, expires: '2026-06-15T11:00:00Z' }])
    expect(verdictOf(store, 'a@example.com')).toBe('clear')
    store.add([
      { ...entry, expires: '2026-06-16T11:00:00Z' },
      { ...entry, expires: '2026-06-15T10:00:00Z' }
    ])
    expect(verdictOf(store, 'a@example.com')).toBe('suppressed')
    store.add([entry])
    expect(store.why('a@example.com')?.entries[0]).not.toHaveProperty('expires')
  })
})

describe('history', () => {
  test('a full mailbox suppresses after four failures within thirty days, counted once each', () => {
    const store = openNew()
    const days = ['2026-05-01', '2026-05-10', '2026-05-20']
    store.addEvents([...days.map(full), ...days.map(full)])
    expect(verdictOf(store, 'a@example.com')).toBe('clear')
    expect(store.history('a@example.com')?.counted).toBe(3)
    expect(store.addEvents([full('2026-06-01')])).toMatchObject({ counted: 1, repeated: 0 })
    expect(store.addEvents([full('2026-05-30')])).toMatchObject({ counted: 1, repeated: 1 })
    expect(store.check(['a@example.com'])[0]).toMatchObject({
      entry: { reason: 'repeated-soft-bounces', detail: 'mailbox-full', date: '2026-06-01T10:00:00.000Z' }
    })
  })

  test('whatever the order in which events are read, the list is the same', () => {
    const days = fc.integer({ min: 1, max: 28 }).map((day) => `2026-05-${String(day).padStart(2, '0')}`)
    const event = fc.oneof(days.map(full), days.map(unknown), days.map(arrived))
    const listOf = (events: readonly EventFields[]): unknown => {
      const store = openNew({ key: 'k'.repeat(40), softFailures: 2, softDays: 7 })
      store.addEvents(events)
      const { entries, history } = store.why('a@example.com') ?? { entries: [], history: {} }
      return { entries, history }
    }
    fc.assert(
      fc.property(
        fc
          .uniqueArray(event, { minLength: 1, maxLength: 7, selector: ({ time }) => time })
          .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }))),
        ([events, shuffled]) => {
          expect(listOf(shuffled)).toEqual(listOf(events))
        }
      ),
      { numRuns: 40 }
    )
  })

  test('a delivery undoes a bounce before it, not one after it, and never what a person asked for', () => {
    const store = openNew()
    store.addEvents([unknown('2026-05-01'), { kind: 'complaint', recipient: 'a@example.com', time: '2026-05-01T10:00:00Z' }])
    expect(store.addEvents([arrived('2026-05-02')])).toMatchObject({ cleared: 1 })
    expect(store.why('a@example.com')?.entries.map(({ reason }) => reason)).toEqual(['complaint'])
    expect(store.addEvents([unknown('2026-05-01')])).toMatchObject({ 'delivered-since': 1 })
    store.addEvents([unknown('2026-05-03')])
    expect(store.why('a@example.com')?.entries.map(({ reason }) => reason)).toEqual(['complaint', 'hard-bounce'])
  })

  test('a refusal for the sender’s sake is history and no suppression', () => {
    const store = openNew()
    const event: EventFields = {
      kind: 'failed',
      outcome: 'failed',
      recipient: 'a@example.com',
      cause: 'spam-content',
      action: 'stop-and-fix',
      time: '2026-05-01T10:00:00Z'
    }
    expect(store.addEvents([event])).toMatchObject({ notTheRecipient: 1, added: 0 })
    expect(store.history('a@example.com')).toEqual({
      bounced: { date: '2026-05-01T10:00:00.000Z', cause: 'spam-content', final: false },
      counted: 0
    })
  })

  test('behind an alias the failing address is suppressed, the other one only if asked', () => {
    const store = openNew()
    const event: EventFields = { ...unknown('2026-05-01'), originalRecipient: 'team@example.org' }
    expect(store.addEvents([event])).toMatchObject({ added: 1, forwarded: 1 })
    expect(verdictOf(store, 'team@example.org')).toBe('clear')
    store.addEvents([event], { includeOriginal: true })
    expect(verdictOf(store, 'team@example.org')).toBe('suppressed')
  })

  test('an event that suppresses nobody for want of an address is handed back', () => {
    const rejected = openNew().addEvents([{ kind: 'complaint', recipient: '[redacted]' }, { kind: 'unsubscribe' }]).rejected
    expect(rejected.map(({ problem }) => problem)).toEqual(['no-address', 'no-address'])
  })
})

describe('removal', () => {
  test.each([
    ['before the removal', '2026-06-15T11:59:59Z', 'clear'],
    ['after the removal', '2026-06-15T12:00:01Z', 'suppressed'],
    ['without a date', undefined, 'clear'],
    ['dated into a far future to outlast the removal', '2099-01-01T00:00:00Z', 'clear']
  ])('what happened %s', (_, date, expected) => {
    const store = openNew()
    const entry = { address: 'a@example.com', reason: 'hard-bounce' } as const
    store.add([{ ...entry, date: '2026-05-01T00:00:00Z' }])
    expect(store.remove('A@example.com', { reason: 'asked for mail again' })).toBe(1)
    expect(verdictOf(store, 'a@example.com')).toBe('clear')
    store.add([{ ...entry, ...(date === undefined ? {} : { date }) }])
    expect(verdictOf(store, 'a@example.com')).toBe(expected)
    expect(store.why('a@example.com')?.audit.find(({ action }) => action === 'remove')?.words).toBe('asked for mail again')
  })

  test('from one stream leaves the others', () => {
    const store = openNew()
    store.add([
      { address: 'a@example.com', reason: 'unsubscribe', stream: 'news' },
      { address: 'a@example.com', reason: 'unsubscribe', stream: 'offers' }
    ])
    store.remove('a@example.com', { reason: 'again', stream: 'news' })
    expect([verdictOf(store, 'a@example.com', 'news'), verdictOf(store, 'a@example.com', 'offers')]).toEqual(['clear', 'suppressed'])
  })
})

test('the audit trail cannot be changed or shortened, not even by hand', () => {
  const store = openNew({ who: 'anna' })
  store.add([{ address: 'a@example.com', reason: 'manual' }])
  const work = store.openImport('list.csv')
  work.add([{ address: 'b@example.com', reason: 'manual' }])
  work.finish()
  expect([...store.audit()].map(({ action, who, count, source }) => [action, who, count, source])).toEqual([
    ['add', 'anna', 1, 'by hand'],
    ['import-begun', 'anna', 0, 'list.csv'],
    ['import-done', 'anna', 1, 'list.csv']
  ])
  const db = new DatabaseSync(store.file)
  for (const sql of ['DELETE FROM audit', `UPDATE audit SET who = 'nobody'`]) expect(() => db.exec(sql)).toThrow('append-only')
  db.close()
})

describe('the key', () => {
  test('store and key can be read by their owner only', () => {
    const { file } = openNew()
    expect([file, `${file}.key`].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600])
  })

  test('a key that others can read is refused, with the way to close it', () => {
    const { file } = openNew()
    chmodSync(`${file}.key`, 0o640)
    expect(errorOf(() => openAt(file))).toMatchObject({
      code: 'key-permissions',
      message: expect.stringContaining(`chmod 600 '${file}.key'`)
    })
  })

  test.each([
    ['key-wrong', (file: string) => openAt(file, { key: 'another key of more than 32 characters' })],
    ['key-short', (file: string) => openAt(file, { key: 'secret' })],
    [
      'key-missing',
      (file: string) => {
        rmSync(`${file}.key`)
        openAt(file)
      }
    ]
  ])('%s is an error and no wrong answer', (code, work) => expect(codeOf(() => work(openNew().file))).toBe(code))

  test('the text of the key file opens a copy of the store', () => {
    const store = openNew()
    store.add([{ address: 'a@example.com', reason: 'manual' }])
    const copy = newFile()
    new DatabaseSync(store.file).exec(`VACUUM INTO '${copy}'`)
    expect(verdictOf(openAt(copy, { key: readFileSync(`${store.file}.key`, 'utf8') }), 'a@example.com')).toBe('suppressed')
  })

  test('no byte of an address stands in the files, kept or not', () => {
    for (const keepAddresses of [false, true]) {
      const store = openNew({ keepAddresses })
      store.add([
        {
          address: 'annabella@example.com',
          reason: 'manual',
          evidence: '550 <annabella@example.com> unknown'
        }
      ])
      for (const path of [store.file, `${store.file}-wal`]) expect(readFileSync(path).includes('annabella')).toBe(false)
    }
  })
})

describe('files that are no store of ours', () => {
  test('another program’s database is refused and not touched', () => {
    const file = newFile()
    const other = new DatabaseSync(file)
    other.exec('CREATE TABLE bills (id INTEGER)')
    other.close()
    const before = readFileSync(file)
    expect(codeOf(() => openAt(file))).toBe('not-a-store')
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test.each([
    ['a text', 'not-a-store', (file: string) => writeFileSync(file, 'email,reason\n'.repeat(100))],
    [
      'a newer store',
      'schema-newer',
      (file: string) => {
        openAt(file).close()
        const db = new DatabaseSync(file)
        db.exec('PRAGMA user_version = 99')
        db.close()
      }
    ]
  ])('%s: %s', (_, code, make) => {
    const file = newFile()
    make(file)
    expect(codeOf(() => openAt(file))).toBe(code)
  })

  test('a folder that cannot be', () => expect(codeOf(() => openAt('/proc/nowhere/store.sqlite'))).toBe('unwritable'))
})

describe('export', () => {
  test('without kept addresses they cannot be had, and the error says why', () => {
    const store = openNew()
    store.add([{ address: 'a@example.com', reason: 'manual' }])
    expect(codeOf(() => [...store.export({ addresses: true })])).toBe('addresses-not-kept')
    expect([...store.export()]).toHaveLength(1)
  })

  test('kept addresses come back as they were spelled; sealed for another row they do not', () => {
    const store = openNew({ keepAddresses: true })
    store.add([
      { address: 'Anna@example.com', reason: 'manual' },
      { address: 'bob@example.com', reason: 'manual' }
    ])
    expect([...store.export({ addresses: true })].map(({ address }) => address).sort()).toEqual(['Anna@example.com', 'bob@example.com'])
    const db = new DatabaseSync(store.file)
    db.exec('UPDATE addresses SET sealed = (SELECT max(sealed) FROM addresses)')
    db.close()
    expect([...store.export({ addresses: true })].filter(({ address }) => address !== undefined)).toHaveLength(1)
  })

  test('hashes go into another store of the same key, and into no other', () => {
    const store = openNew()
    store.add([{ address: 'a@example.com', reason: 'complaint', stream: 'news', evidence: 'said so', date: '2026-06-01T00:00:00Z' }])
    const entries = [...store.export()].map(({ added: _, ...entry }) => ({ ...entry, key: store.keyId }))
    const copy = newFile()
    copyFileSync(`${store.file}.key`, `${copy}.key`)
    const same = openAt(copy)
    expect(same.add(entries)).toMatchObject({ added: 1, rejected: [] })
    expect([...same.export()]).toEqual([...store.export()])
    expect(
      openNew()
        .add(entries)
        .rejected.map(({ problem }) => problem)
    ).toEqual(['other-key'])
  })
})

test.each([
  ['softFailures', { softFailures: 0 }],
  ['softFailures', { softFailures: Number.NaN }],
  ['softDays', { softDays: 0 }]
])('%s must be sensible', (name, options) => expect(() => openNew(options)).toThrow(name))
