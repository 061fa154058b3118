import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Two network namespaces with a cable between them: `client`, where the doctor runs, and `server`, where all servers are, on the
 * real port numbers. The server side owns 44.128.0.0/17 and 3ffe:44::/48 as a whole (AMPRNet's test network and the former 6bone:
 * both count as public); what is sent to any other address is lost without a word.
 */
export type Namespaces = {
  readonly client: string
  readonly server: string
  readonly folder: string
  readonly stop: () => Promise<void>
}

export const clientAddress = '44.128.200.25'
export const clientAddress6 = '3ffe:44:200::25'
/** The client's end is reached from servers here too: for their questions to DNS. */
const gateway = '44.128.200.1'
const gateway6 = '3ffe:44:200::1'

const prefix = 'whybounce-lab-'
/** Not in /tmp: sendmail reads nothing below a folder that everybody may write to. */
const parent = '/var/lib'
const folderOf = (pid: number): string => join(parent, `${prefix}${pid}`)
const namesOf = (pid: number): readonly [string, string] => [`wb-cli-${pid}`, `wb-srv-${pid}`]

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

export const inNamespace = (namespace: string, program: string, ...args: readonly string[]): string =>
  run('/usr/sbin/ip', 'netns', 'exec', namespace, program, ...args)

/** A program that stays in the foreground; it ends with the namespace. What it prints goes to a file. */
export const startIn = (namespace: string, folder: string, program: string, ...args: readonly string[]): void => {
  const log = join(folder, `${program.split('/').at(-1)}.out`)
  // `exec`: no shell is left between us and the server.
  const child = spawn('/bin/sh', ['-c', `exec /usr/sbin/ip netns exec "$0" "$@" >>'${log}' 2>&1`, namespace, program, ...args], {
    stdio: 'ignore'
  })
  child.unref()
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`)

const endProcesses = (namespace: string, signal: NodeJS.Signals): number => {
  const listed = spawnSync('/usr/sbin/ip', ['netns', 'pids', namespace], { encoding: 'utf8' })
  const pids = listed.stdout.split(/\s+/).filter((word) => word !== '')
  for (const pid of pids) {
    try {
      process.kill(Number(pid), signal)
    } catch {
      // It ended by itself.
    }
  }
  return pids.length
}

const remove = async (pid: number): Promise<void> => {
  for (const name of namesOf(pid)) {
    if (!existsSync(join('/run/netns', name))) continue
    for (let tries = 0; endProcesses(name, tries < 20 ? 'SIGTERM' : 'SIGKILL') > 0 && tries < 60; tries++) await sleep(50)
    spawnSync('/usr/sbin/ip', ['netns', 'del', name])
    rmSync(join('/etc/netns', name), { recursive: true, force: true })
  }
  const folder = folderOf(pid)
  for (const mount of run('/bin/cat', '/proc/mounts').split('\n')) {
    const at = mount.split(' ')[1]
    if (at?.startsWith(`${folder}/`)) spawnSync('/bin/umount', ['-l', at])
  }
  rmSync(folder, { recursive: true, force: true })
}

/** What runs that crashed have left: namespaces and folders of processes that are no more. */
const removeLeftOvers = async (): Promise<void> => {
  const names = [...(existsSync('/run/netns') ? readdirSync('/run/netns') : []), ...readdirSync(parent)]
  const pids = new Set(names.flatMap((name) => /^(?:wb-(?:cli|srv)-|whybounce-lab-)(\d+)$/.exec(name)?.slice(1) ?? []).map(Number))
  for (const pid of pids) if (!isAlive(pid)) await remove(pid)
}

/** Makes them, named after this process, and a folder for the lab's files. Needs root. */
export const openNamespaces = async (): Promise<Namespaces> => {
  await removeLeftOvers()
  const { pid } = process
  await remove(pid)
  const folder = folderOf(pid)
  // Mail servers, which run as users of their own, look for their files here.
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const [client, server] = namesOf(pid)
  const ip = (...args: readonly string[]): string => run('/usr/sbin/ip', ...args)
  for (const [name, resolver] of [
    [client, '127.0.0.53'],
    [server, clientAddress]
  ] as const) {
    // `ip netns exec` puts these files in the place of the machine's own. Sendmail sleeps a minute where the host has no full name.
    mkdirSync(join('/etc/netns', name), { recursive: true })
    writeFileSync(join('/etc/netns', name, 'resolv.conf'), `nameserver ${resolver}\n`)
    if (name === server) writeFileSync(join('/etc/netns', name, 'hosts'), `127.0.0.1 localhost\n127.0.1.1 servers.lab.net ${hostname()}\n`)
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  ip('link', 'add', 'lab', 'netns', client, 'type', 'veth', 'peer', 'name', 'lab', 'netns', server)
  for (const [name, own, own6] of [
    [client, clientAddress, clientAddress6],
    [server, gateway, gateway6]
  ] as const) {
    ip('-n', name, 'addr', 'add', `${own}/24`, 'dev', 'lab')
    ip('-n', name, '-6', 'addr', 'add', `${own6}/64`, 'dev', 'lab', 'nodad')
    ip('-n', name, 'link', 'set', 'lab', 'up')
  }
  ip('-n', client, 'route', 'add', 'default', 'via', gateway)
  ip('-n', client, '-6', 'route', 'add', 'default', 'via', gateway6)
  ip('-n', server, 'route', 'add', 'local', '44.128.0.0/17', 'dev', 'lo')
  ip('-n', server, '-6', 'route', 'add', 'local', '3ffe:44::/48', 'dev', 'lo')
  inNamespace(server, '/bin/sh', '-c', 'echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind')
  return { client, server, folder, stop: () => remove(pid) }
}
