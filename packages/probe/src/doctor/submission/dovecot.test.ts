import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificates } from '../../../../../tests/smtp/certificates.ts'
import { type LoginServer, listenLogin } from '../../../../../tests/smtp/login-server.ts'
import { type Dialogue, openDialogue } from '../../smtp/dialogue.ts'
import { authenticate } from './authenticate.ts'
import { mechanismsOf, type PasswordMechanism } from './sasl.ts'

const program = '/usr/sbin/dovecot'
/** Of Debian's dovecot-submissiond. */
const isInstalled = existsSync(program) && existsSync('/usr/lib/dovecot/submission-login') && process.getuid?.() === 0
const password = 'correct-horse, 100% = "staple"'
const certificates = makeCertificates()

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/** A real server at the other end of each kind of login that is spoken here. */
describe.runIf(isInstalled)('a Dovecot submission server', () => {
  let folder = ''
  let server: ChildProcess | undefined
  let relay: LoginServer | undefined
  let port = 0
  const log = (): string => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : '')

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'whybounce-submission-'))
    chmodSync(folder, 0o755)
    port = await freePort()
    relay = await listenLogin({})
    writeFileSync(join(folder, 'cert.pem'), certificates.good.cert)
    writeFileSync(join(folder, 'key.pem'), certificates.good.key)
    writeFileSync(join(folder, 'users'), `john@example.com:{PLAIN}${password}\n`)
    writeFileSync(
      join(folder, 'dovecot.conf'),
      `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = submission
listen = 127.0.0.1
ssl = required
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
auth_mechanisms = plain login cram-md5 scram-sha-256
auth_failure_delay = 0
mail_location = maildir:~/Maildir
first_valid_uid = 1
first_valid_gid = 1
submission_relay_host = 127.0.0.1
submission_relay_port = ${relay.port}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=8 gid=8 home=${folder}/home/%u
}
service submission-login {
  inet_listener submission {
    port = ${port}
  }
}
`
    )
    server = spawn(program, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' })
    for (let tries = 0; tries < 200 && !(await listens(port)); tries++) {
      if (server.exitCode !== null) throw new Error(`dovecot ended with ${server.exitCode}\n${log()}`)
      await sleep(50)
    }
  })
  afterAll(async () => {
    if (server !== undefined && server.exitCode === null) {
      const ended = new Promise((resolve) => server?.once('exit', resolve))
      server.kill()
      await ended
    }
    await relay?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const open = async (): Promise<Dialogue> => {
    const roots = [certificates.authority.cert]
    const dialogue = await openDialogue({
      address: '127.0.0.1',
      host: 'mx.example.com',
      port,
      ehloName: 'probe.example.com',
      tls: 'required',
      roots
    })
    if ('refused' in dialogue) throw new Error(dialogue.refused.text)
    return dialogue
  }

  it('offers them inside TLS', async () => {
    const dialogue = await open()
    expect([...mechanismsOf(dialogue.capabilities)].sort()).toEqual(['CRAM-MD5', 'LOGIN', 'PLAIN', 'SCRAM-SHA-256'])
    await dialogue.quit()
  })

  const mechanisms: readonly PasswordMechanism[] = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256']
  it.each(mechanisms)('accepts the right password by %s', async (mechanism) => {
    const dialogue = await open()
    const login = await authenticate(dialogue, mechanism, { user: 'john@example.com', password })
    expect(login, log()).toMatchObject({ ended: 'accepted', ...(mechanism === 'SCRAM-SHA-256' ? { proved: true } : {}) })
    await dialogue.quit()
  })

  it.each(mechanisms)('refuses a wrong one by %s', async (mechanism) => {
    const dialogue = await open()
    const login = await authenticate(dialogue, mechanism, { user: 'john@example.com', password: `${password}!` })
    expect(login).toMatchObject({ ended: 'refused', reply: { code: 535 } })
    await dialogue.quit()
  })
})
