import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian's packages (tests/lint/install.sh). */
const spamd = '/usr/sbin/spamd'
const rspamd = '/usr/bin/rspamd'
export const spamdIsInstalled: boolean = existsSync(spamd)
export const rspamdIsInstalled: boolean = existsSync(rspamd)

export type Filter = { readonly port: number; readonly stop: () => Promise<void> }

const isRoot = userInfo().uid === 0

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

/** Rules take seconds to be compiled; on a busy machine, half a minute. */
const startLimit = 60_000

const start = async (program: string, args: readonly string[], port: number, folder: string): Promise<Filter> => {
  let said = ''
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = `${said}${chunk}`.slice(-4_000)))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(5_000).then(() => child.kill('SIGKILL'))])
    rmSync(folder, { recursive: true, force: true })
  }
  for (const until = Date.now() + startLimit; Date.now() < until && child.exitCode === null; await sleep(100))
    if (await answers(port)) return { port, stop }
  await stop()
  throw new Error(`${program} did not start: ${said}`)
}

const folderFor = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `whybounce-${name}-`))
  chmodSync(folder, 0o777)
  return folder
}

/** A spamd of our own on a free port of the loopback, which asks nobody (-L). */
export const startSpamd = async (): Promise<Filter> => {
  const [port, folder] = [await freePort(), folderFor('spamd')]
  const user = isRoot ? ['-u', 'debian-spamd'] : []
  return start(
    spamd,
    ['-L', '-x', '-m', '1', '-i', '127.0.0.1', '-p', String(port), '-s', 'stderr', '--pidfile', join(folder, 'pid'), ...user],
    port,
    folder
  )
}

const configuration = (folder: string, port: number): string => `
.include "/etc/rspamd/common.conf"
options {
  .include "/etc/rspamd/options.inc"
  filters = "chartable,dkim,regexp";
  tempdir = "${folder}";
  pidfile = "${folder}/pid";
  hs_cache_dir = "${folder}";
  dns { nameserver = ["127.0.0.1:9"]; timeout = 0.05s; retransmits = 1; }
}
logging { type = "console"; level = "error"; }
worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; }
`

/** An Rspamd of our own on a free port of the loopback, whose questions to DNS go nowhere. */
export const startRspamd = async (): Promise<Filter> => {
  const [port, folder] = [await freePort(), folderFor('rspamd')]
  const config = join(folder, 'rspamd.conf')
  writeFileSync(config, configuration(folder, port))
  const user = isRoot ? ['-u', '_rspamd', '-g', '_rspamd'] : []
  return start(rspamd, ['-f', ...user, '-c', config, '--var', `DBDIR=${folder}`, '--var', `RUNDIR=${folder}`], port, folder)
}
