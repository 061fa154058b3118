import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makeLabCertificates } from './certificates.ts'
import { type Examined, examine, print, type Run } from './doctor.ts'
import { startExim } from './exim.ts'
import { setUpFilters } from './filters.ts'
import { eximHosts, otherHosts, postfixHosts } from './hosts.ts'
import { labZones } from './lab-zones.ts'
import { makeMachines } from './machines.ts'
import { writeMessages } from './messages.ts'
import { resolvers, startNameServers } from './name-servers.ts'
import { inNamespace, type Namespaces, openNamespaces, startIn } from './netns.ts'
import { startOpenSmtpd, startSendmail } from './other-servers.ts'
import { policies, policyAddress } from './policies.ts'
import { startPostfix } from './postfix.ts'
import { reverseNames } from './reverse-names.ts'
import { scriptedHosts, scriptedNames } from './scripts.ts'

/**
 * A network of its own with real mail servers, name servers, resolvers and blocklists, healthy ones and such with faults, on their
 * real ports. tests/mta/install.sh and tests/lab/install.sh install what it is made of; it needs root and network namespaces.
 */
export type FaultLab = {
  readonly namespaces: Namespaces
  /** `whybounce doctor` in the client's namespace; the same command line is run once. */
  readonly examine: (run: Run) => Promise<Examined>
  /** The same, as it is printed for people. */
  readonly print: (run: Run) => Promise<string>
  readonly stop: () => Promise<void>
}

const programs = process.env.WHYBOUNCE_MTA ?? '/opt/whybounce-mta'
// biome-ignore format: a list
const needed = ['/usr/sbin/ip', '/usr/sbin/iptables', '/usr/sbin/nsd', '/usr/sbin/unbound', '/usr/bin/ldns-signzone', '/usr/sbin/dovecot', '/usr/sbin/postfix', '/usr/sbin/postgrey', '/usr/bin/setpriv', '/usr/bin/m4', join(programs, 'exim/usr/sbin/exim4'), join(programs, 'opensmtpd/usr/sbin/smtpd'), join(programs, 'sendmail/usr/libexec/sendmail/sendmail')]

const canMakeNamespaces = (): boolean => {
  const name = `wb-try-${process.pid}`
  try {
    for (const act of ['add', 'del']) execFileSync('/usr/sbin/ip', ['netns', act, name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Why the lab cannot be built here; undefined where it can. */
export const whyNoLab = (): string | undefined => {
  if (userInfo().uid !== 0) return 'it needs root'
  const missing = needed.filter((path) => !existsSync(path))
  if (missing.length > 0) return `${missing.join(', ')} missing: run tests/mta/install.sh and tests/lab/install.sh`
  return canMakeNamespaces() ? undefined : 'no network namespace can be made'
}

const bare = (address: string): { readonly address: string; readonly port: number } => ({ address, port: 25 })

/** Waits until somebody listens at each of them, seen from the client. */
const allAnswer = async ({ client }: Namespaces, at: readonly { readonly address: string; readonly port: number }[]): Promise<void> => {
  const missing = (): readonly string[] =>
    at.flatMap(({ address, port }) => {
      try {
        inNamespace(client, '/bin/bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`)
        return []
      } catch {
        return [`${address}:${port}`]
      }
    })
  for (let tries = 0; ; tries++) {
    const silent = missing()
    if (silent.length === 0) return
    if (tries === 100) throw new Error(`nobody answers at ${silent.join(', ')}`)
    await sleep(100)
  }
}

/** Starts all of it; some seconds. What a run that crashed left behind goes first. */
export const startFaultLab = async (): Promise<FaultLab> => {
  const namespaces = await openNamespaces()
  const { server, folder, stop } = namespaces
  try {
    const tls = join(folder, 'tls')
    const others = Object.fromEntries(
      [...Object.keys(scriptedNames), ...Object.keys(policies).map((domain) => `mta-sts.${domain}`)].map((name) => [name, 'good'] as const)
    )
    const certificates = makeLabCertificates(tls, { ...eximHosts, ...postfixHosts, ...otherHosts }, others)
    writeFileSync(
      join(folder, 'certificates.json'),
      JSON.stringify(Object.fromEntries(Object.keys(others).map((name) => [name, certificates.of(name)])))
    )
    makeMachines(folder)
    writeMessages(join(folder, 'messages'))
    startNameServers(namespaces, labZones(certificates.of), reverseNames)
    setUpFilters(namespaces)
    startIn(
      server,
      folder,
      process.execPath,
      fileURLToPath(import.meta.resolve('./scripted-servers.ts')),
      join(folder, 'certificates.json')
    )
    startExim(namespaces, tls)
    startPostfix(namespaces, tls)
    startOpenSmtpd(namespaces)
    startSendmail(namespaces, tls)
    // biome-ignore format: a list
    await allAnswer(namespaces, [
      { address: resolvers.validating, port: 53 }, { address: resolvers.plain, port: 53 }, { address: policyAddress, port: 443 },
      { address: postfixHosts['smtp.healthy-lab.net'].address, port: 465 }, bare(scriptedHosts.refusesMail),
      bare(postfixHosts['mx1.healthy-lab.net'].address), bare(eximHosts['mx2.healthy-lab.net'].address),
      bare(otherHosts['mx.opensmtpd-lab.net'].address), bare(otherHosts['mx.sendmail-lab.net'].address)
    ])
    const examined = new Map<string, Promise<Examined>>()
    return {
      namespaces,
      print: (run) => print(namespaces, certificates.authorityFile, run),
      examine: (run) => {
        const { args, group, withoutRoute, password, resolver, machine } = run
        const key = JSON.stringify([args, group, withoutRoute, password, resolver, machine])
        const known = examined.get(key) ?? examine(namespaces, certificates.authorityFile, run)
        examined.set(key, known)
        return known
      },
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }
}
