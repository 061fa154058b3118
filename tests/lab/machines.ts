import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Machines with something wrong, for the doctor to run on: shell commands that put files of the lab (`$LAB`) in the place of the
 * machine's own, in a mount namespace that only this run sees.
 */
const bind = (from: string, to: string): string => `mount --bind ${from} ${to}`
const postfix = (etc: string, spool: string): string =>
  [bind(`$LAB/machine/etc-${etc}`, '/etc/postfix'), bind(`$LAB/machine/spool-${spool}`, '/var/spool/postfix')].join(' && ')
/** Whatever mail servers the machine has, and whether its clock is kept. */
const quiet =
  '{ [ ! -d /etc/exim4 ] || mount -t tmpfs tmpfs /etc/exim4; } && { [ ! -e /usr/bin/timedatectl ] || mount --bind /bin/false /usr/bin/timedatectl; }'
const small = (option: string): string => `mount -t tmpfs -o ${option} tmpfs /var/spool/postfix`

export const machines = {
  /** No mail server, nothing wrong. */
  sound: `${quiet} && mount -t tmpfs tmpfs /etc/postfix && mount -t tmpfs tmpfs /var/mail`,
  diskFull: `${quiet} && ${postfix('sound', 'empty')} && ${small('size=1M')}`,
  inodesFull: `${quiet} && ${postfix('sound', 'empty')} && ${small('size=2G,nr_inodes=50')}`,
  memoryLow: `${quiet} && mount -t tmpfs tmpfs /etc/postfix && ${bind('$LAB/machine/meminfo', '/proc/meminfo')}`,
  notRunning: `${quiet} && ${postfix('sound', 'fresh')}`,
  queueOld: `${quiet} && ${postfix('sound', 'old')}`,
  queueFrozen: `${quiet} && ${postfix('sound', 'frozen')}`,
  queueLong: `${quiet} && ${postfix('sound', 'long')}`,
  shortName: `${quiet} && ${postfix('short', 'empty')}`,
  nameWithoutAddress: `${quiet} && ${postfix('no-address', 'empty')}`,
  withMailServer: `${quiet} && ${postfix('sound', 'empty')}`
} as const

const names = { sound: 'mx1.healthy-lab.net', short: 'mailserver', 'no-address': 'gone.healthy-lab.net' }
const day = 86_400

/** Makes the files: settings of Postfix, and queues with a message that its own programs put there. */
export const makeMachines = (root: string): void => {
  const folder = join(root, 'machine')
  for (const [name, host] of Object.entries(names)) {
    const etc = join(folder, `etc-${name}`)
    mkdirSync(etc, { recursive: true })
    for (const file of ['postfix-files', 'dynamicmaps.cf']) cpSync(join('/etc/postfix', file), join(etc, file))
    if (existsSync('/etc/postfix/postfix-files.d'))
      cpSync('/etc/postfix/postfix-files.d', join(etc, 'postfix-files.d'), { recursive: true })
    cpSync('/usr/share/postfix/master.cf.dist', join(etc, 'master.cf'))
    writeFileSync(join(etc, 'main.cf'), `compatibility_level = 3.6\nmyhostname = ${host}\n`)
  }
  writeFileSync(
    join(folder, 'meminfo'),
    'MemTotal:        2000000 kB\nMemFree:           40000 kB\nMemAvailable:      50000 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n'
  )

  const spool = (name: string): string => join(folder, `spool-${name}`)
  mkdirSync(spool('fresh'))
  const inject = `${postfix('sound', 'fresh')} && postfix check && printf 'Subject: hello\\n\\nhello\\n' | sendmail -i -f john@healthy-lab.net john@their-servers-down-lab.net`
  execFileSync('/usr/bin/unshare', ['--mount', '/bin/sh', '-c', inject], { env: { ...process.env, LAB: root }, stdio: 'pipe' })
  const [id = ''] = readdirSync(join(spool('fresh'), 'maildrop'))
  if (id === '') throw new Error('Postfix took no message')
  const message = readFileSync(join(spool('fresh'), 'maildrop', id), 'latin1')
  renameSync(join(spool('fresh'), 'maildrop', id), join(folder, 'message'))

  /** The queue file's record of the time at which it came: as many digits, so that its length stays right. */
  const cameDaysAgo = (days: number): Buffer =>
    Buffer.from(
      message.replace(/^T(.)(\d{10})/s, (_, length: string, time: string) => `T${length}${Number(time) - days * day}`),
      'latin1'
    )
  const fill = (name: string, queue: string, count: number, days: number): void => {
    execFileSync('cp', ['-a', spool('fresh'), spool(name)])
    for (let number = 0; number < count; number++) {
      const own = `${(number % 16).toString(16).toUpperCase()}${number.toString(16).toUpperCase().padStart(9, '0')}`
      const at = join(spool(name), queue, ...(queue === 'deferred' ? [own.slice(0, 1)] : []))
      mkdirSync(at, { recursive: true, mode: 0o700 })
      writeFileSync(join(at, own), cameDaysAgo(days), { mode: 0o700 })
    }
    execFileSync('chown', ['-R', 'postfix', join(spool(name), queue)])
  }
  fill('empty', 'deferred', 0, 0)
  fill('old', 'deferred', 3, 7)
  fill('frozen', 'hold', 3, 20)
  fill('long', 'deferred', 1_200, 0)
  fill('fresh-one', 'deferred', 1, 0)
  rmSync(spool('fresh'), { recursive: true })
  renameSync(spool('fresh-one'), spool('fresh'))
}
