import type { Fault } from '../fault.ts'
import { senders } from '../reverse-names.ts'

const usual = ['--from', 'healthy-lab.net', '--ip', senders.good, '--reach', 'mx0.reach-lab.net', '--reach', 'mx1.reach-lab.net'] as const

type Row = readonly [id: string, what: string, madeWith: string, codes: Fault['codes'], more: Partial<Fault>]

/** None of these machines runs its mail server. */
const down = ['queue.not-running'] as const

const rows: readonly Row[] = [
  ['disk-full', 'The disk of the queue is full', 'tmpfs of 1 MB', ['disk.full'], { machine: 'diskFull', besides: down }],
  [
    'inodes-full',
    'The disk of the queue takes no more files',
    'tmpfs of 50 inodes',
    ['disk.inodes-full'],
    { machine: 'inodesFull', besides: down }
  ],
  ['memory-low', 'The memory is used up', '/proc/meminfo put in place', ['memory.low'], { machine: 'memoryLow' }],
  ['server-not-running', 'The mail server does not run, and mail waits', 'Postfix', ['queue.not-running'], { machine: 'notRunning' }],
  ['queue-old', 'Mail waits for a week', 'Postfix', ['queue.old'], { machine: 'queueOld', besides: down }],
  ['queue-held', 'Mail is held for three weeks', 'Postfix', ['queue.frozen'], { machine: 'queueFrozen', besides: down }],
  ['queue-long', '1,200 messages wait', 'Postfix', ['queue.long'], { machine: 'queueLong', besides: down }],
  ['host-name-short', 'The mail server has no full name', 'Postfix', ['host-name.not-full'], { machine: 'shortName', besides: down }],
  [
    'host-name-gone',
    'The name of the mail server has no address',
    'Postfix',
    ['host-name.no-address'],
    { machine: 'nameWithoutAddress', besides: down }
  ],
  ['resolver-silent', 'DNS does not answer', 'nobody at the address', ['resolver.silent'], { machine: 'sound', resolver: 'none' }],
  [
    'resolver-rewrites',
    'The resolver invents addresses',
    'Unbound, local-zone redirect',
    ['resolver.rewrites'],
    { machine: 'sound', resolver: 'rewriting' }
  ],
  [
    'resolver-public',
    'A mail server that asks a public resolver',
    'Unbound at 8.8.8.8',
    ['resolver.public'],
    { machine: 'withMailServer', resolver: 'public', besides: down }
  ]
]

export const machineFaults: readonly Fault[] = rows.map(([id, what, madeWith, codes, more]) => ({
  id,
  area: 'machine',
  what,
  madeWith,
  args: usual,
  codes,
  ...more
}))
