import { isIP } from 'node:net'
import { finding } from '@whybounce/core/finding'
import { lintMessage } from '@whybounce/core/lint'
import { isPublicAddress } from '../../dns/public-address.ts'
import { findOwnAddress, interfaceAddresses } from '../../self-check/own-address.ts'
import { isAddress } from '../../self-check/reverse-address.ts'
import type { Check, Context } from '../check.ts'
import { askLists, maxDomains, registeredOf, type Subject } from './ask-lists.ts'

/** Addresses of servers that are looked up: some domains have dozens, and lists bound the questions. */
const maxServers = 10

const blocklistsCheck: Check = {
  id: 'blocklists',
  stage: 'reputation',
  title: 'Blocklists',
  wanted: () => true,
  run: async (context, report) => {
    const subjects = await subjectsOf(context)
    if (subjects.length === 0) {
      report(finding('blocklist.not-asked', ['the address that servers see is not known, and no domain was given']))
      return
    }
    for (const found of await askLists(context, subjects)) report(found)
  }
}

/** What sends, what receives, the names of both, and where the links of the message lead, each once. */
const subjectsOf = async (context: Context): Promise<readonly Subject[]> => {
  const { sender, receiver } = context
  const own = ownAddress(context)
  const servers = (await serverAddresses(context)).filter((address) => address !== own).slice(0, maxServers)
  const domains = registeredOf([sender, receiver].filter((domain) => domain !== undefined))
  const { message } = context.options
  const inMessage = message === undefined ? [] : registeredOf(lintMessage(message, { now: context.now() }).facts.domains)
  const links = inMessage.filter((domain) => !domains.includes(domain)).slice(0, maxDomains)
  return [
    ...(own === undefined ? [] : [{ subject: own, role: 'ip' } as const]),
    ...servers.map((subject) => ({ subject, role: 'server' }) as const),
    ...domains.map((subject) => ({ subject, role: 'domain' }) as const),
    ...links.map((subject) => ({ subject, role: 'link' }) as const)
  ]
}

/** A private address is on no list, and asking about it tells strangers about the network. */
const mayBeAsked = ({ allowPrivate }: Context, address: string): boolean => allowPrivate || isPublicAddress(address)

const ownAddress = (context: Context): string | undefined => {
  const { options, target, allowPrivate } = context
  if (options.ip !== undefined) return isAddress(options.ip) && mayBeAsked(context, options.ip) ? options.ip : undefined
  if (target.kind !== 'machine') return undefined
  return findOwnAddress({ interfaces: interfaceAddresses(), allowPrivate }).ip
}

/** The typed host; with `deep` the MX hosts, which matter only as far as they send. */
const serverAddresses = async (context: Context): Promise<readonly string[]> => {
  const { target, receiver, deep } = context
  const found = async (): Promise<readonly string[]> => {
    if (target.kind === 'host' && isIP(target.host) !== 0) return [target.host]
    if (target.kind === 'host') {
      const answers = await Promise.all([context.query(target.host, 'A'), context.query(target.host, 'AAAA')])
      return answers.flatMap(({ records }) => records)
    }
    if (!deep || receiver === undefined) return []
    return (await context.route(receiver)).hosts.flatMap(({ addresses }) => addresses)
  }
  return [...new Set(await found())].filter((address) => isAddress(address) && mayBeAsked(context, address))
}

export const reputationChecks: readonly Check[] = [blocklistsCheck]
