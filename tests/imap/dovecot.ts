import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian puts it where an ordinary user's PATH does not look. */
const program = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/usr/bin/dovecot'].find((path) => existsSync(path))
export const dovecotIsInstalled = program !== undefined

export const password = 'correct-horse'

/** The user "mail" of Debian, whom the mail belongs to where the server is started by root, as Dovecot reads no mail as root. */
const mailUid = 8

export type Dovecot = {
  readonly port: number
  readonly tlsPort: number
  readonly certificate: string
  /** A user of its own for each test; the name decides. */
  readonly account: (user: string) => Account
  /** Ends every process that serves a signed-in user, as a crash would. */
  readonly killSessions: () => number
  readonly log: () => string
  readonly stop: () => Promise<void>
}

export type Account = {
  readonly user: string
  /** Puts messages into INBOX, or another mailbox; they get UIDs in this order. */
  readonly deliver: (messages: readonly (string | Buffer)[], mailbox?: string) => void
  /** Flags letters of each message file (`S` seen, `F` flagged, `T` to be deleted, `a` the first keyword), by mailbox. */
  readonly flags: (mailbox?: string) => string[]
  readonly count: (mailbox?: string) => number
  /** Of all mailboxes. */
  readonly total: () => number
  readonly mailboxes: () => string[]
  /** What the server was sent after the login, whatever TLS was around it. */
  readonly commands: () => string
  /** The mailbox gets a new UIDVALIDITY, as after a server was moved. */
  readonly loseUids: () => void
}

/** A Dovecot of our own on free ports of the loopback, with its files in a temporary folder. `extra` is added to its configuration. */
export const startDovecot = async (extra = ''): Promise<Dovecot> => {
  if (program === undefined) throw new Error('dovecot is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'whybounce-dovecot-'))
  chmodSync(folder, 0o755)
  const homes = join(folder, 'home')
  mkdirSync(homes)
  const own = (path: string): void => {
    if (isRoot) chownSync(path, mailUid, mailUid)
  }
  own(homes)
  const [port, tlsPort] = [await freePort(), await freePort()]
  makeCertificate(folder)
  const config = join(folder, 'dovecot.conf')
  writeFileSync(config, configuration(folder, port, tlsPort, extra))
  const server = spawn(program, ['-F', '-c', config], { stdio: 'ignore' })
  const log = (): string => readIfThere(join(folder, 'log'))
  await greeting(port, server, log)

  const account = (user: string): Account => {
    const home = join(homes, user)
    const maildir = join(home, 'Maildir')
    for (const path of [home, join(home, 'rawlog'), maildir]) {
      mkdirSync(path, { recursive: true })
      own(path)
    }
    const folderOf = (mailbox: string): string => (mailbox === 'INBOX' ? maildir : join(maildir, `.${mailbox}`))
    const files = (mailbox: string): string[] =>
      ['new', 'cur'].flatMap((part) => namesIn(join(folderOf(mailbox), part)).map((name) => name)).sort()
    let delivered = 0
    const mailboxes = (): string[] => ['INBOX', ...namesIn(maildir).flatMap((name) => (/^\.[^.]/.test(name) ? [name.slice(1)] : []))]
    return {
      user,
      deliver: (messages, mailbox = 'INBOX') => {
        const into = folderOf(mailbox)
        for (const part of ['.', 'tmp', 'new', 'cur']) {
          mkdirSync(join(into, part), { recursive: true })
          own(join(into, part))
        }
        for (const message of messages) {
          // Dovecot gives UIDs in the order of the time that a name begins with.
          const path = join(into, 'new', `${1_700_000_000 + ++delivered}.M${delivered}P1.mx.example.com`)
          writeFileSync(path, message)
          own(path)
        }
      },
      flags: (mailbox = 'INBOX') => files(mailbox).map((name) => /:2,(\w*)$/.exec(name)?.[1] ?? ''),
      count: (mailbox = 'INBOX') => files(mailbox).length,
      total: () => mailboxes().reduce((sum, mailbox) => sum + files(mailbox).length, 0),
      mailboxes,
      commands: () =>
        namesIn(join(home, 'rawlog'))
          .filter((name) => name.endsWith('.in'))
          .sort()
          .map((name) => readFileSync(join(home, 'rawlog', name), 'utf8'))
          .join(''),
      loseUids: () => {
        // The number is in the first line of the list of UIDs: `3 V1700000000 N3 …`.
        const list = join(maildir, 'dovecot-uidlist')
        writeFileSync(
          list,
          readFileSync(list, 'utf8').replace(/ V(\d+)/, (_, number) => ` V${Number(number) + 1}`)
        )
        for (const name of namesIn(maildir)) if (name.startsWith('dovecot.')) rmSync(join(maildir, name))
      }
    }
  }

  return {
    port,
    tlsPort,
    certificate: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    account,
    killSessions: () => {
      const sessions = childrenOf(server.pid ?? 0).filter(({ name }) => name === 'imap')
      for (const { pid } of sessions) process.kill(pid, 'SIGKILL')
      return sessions.length
    },
    log,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      if (server.exitCode === null) {
        server.kill('SIGTERM')
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

const isRoot = process.getuid?.() === 0

/** Started by an ordinary user, all its processes run as that user, and none can be locked into a folder. */
const asOneself = (): string => {
  if (isRoot) return ''
  const { username } = userInfo()
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()
  return `
default_internal_user = ${username}
default_internal_group = ${group}
default_login_user = ${username}
service anvil {
  chroot =
}
service stats {
  chroot =
}`
}

const configuration = (folder: string, port: number, tlsPort: number, extra: string): string => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
auth_failure_delay = 0
mail_location = maildir:~/Maildir
rawlog_dir = ${folder}/home/%u/rawlog
first_valid_uid = 1
first_valid_gid = 1
# A wrong password makes the next login from the same address wait, in another test.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${isRoot ? mailUid : process.getuid?.()} gid=${isRoot ? mailUid : process.getgid?.()} home=${folder}/home/%u
}
service imap-login {
  ${isRoot ? '' : 'chroot ='}
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
${asOneself()}
${extra}
`

/** Signed by itself, for the name "localhost" alone. */
const makeCertificate = (folder: string): void => {
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost'
  ]
  const out = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  execFileSync('/usr/bin/openssl', [...args, ...out], { stdio: 'ignore' })
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

const greeting = async (port: number, server: ChildProcess, log: () => string): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    if (server.exitCode !== null) throw new Error(`dovecot ended with ${server.exitCode}\n${log()}`)
    if (await greets(port)) return
    await sleep(50)
  }
  throw new Error(`dovecot does not greet\n${log()}`)
}

const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })

const childrenOf = (parent: number): { pid: number; name: string }[] =>
  namesIn('/proc').flatMap((entry) => {
    const found = /^\d+$/.test(entry) ? /^(\d+) \((.*)\) \S (\d+) /s.exec(readIfThere(`/proc/${entry}/stat`)) : null
    return found !== null && Number(found[3]) === parent ? [{ pid: Number(found[1]), name: found[2] ?? '' }] : []
  })

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
