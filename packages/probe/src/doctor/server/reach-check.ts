import { isIP, isIPv6 } from 'node:net'
import { type Finding, finding } from '@whybounce/core/finding'
import { describeAnswer } from '../../dns/describe-answer.ts'
import { isPublicAddress } from '../../dns/public-address.ts'
import { interfaceAddresses } from '../../self-check/own-address.ts'
import { talkEarly } from '../../smtp/early-talk.ts'
import type { Check, Context, Report } from '../check.ts'
import { rewriteFindings } from '../ways-out/rewriting.ts'
import { timeoutsFor, visit } from './connect.ts'
import { linesOf } from './judge-reply.ts'
import { isReached, reachFindings, valuesOf } from './reach-findings.ts'
import { findServers } from './servers.ts'
import { placeOf, type ServerAt, type Session, sessionWith } from './session.ts'

/** Who is looked at, in words. */
const nameOf = ({ target, receiver }: Context): string => receiver ?? (target.kind === 'host' ? target.host : 'this machine')

/** Whether the servers answer: connection, greeting, EHLO and what they offer. */
export const reachCheck: Check = {
  id: 'server',
  decides: () => true,
  stage: 'dialogue',
  title: 'Connection, greeting and extensions',
  wanted: ({ target }) => target.kind !== 'machine',
  run: async (context, report) => {
    const { servers, withoutIpv6, notAllowed } = await findServers(context)
    if (notAllowed.length > 0) report('server.not-allowed', notAllowed)
    if (withoutIpv6.length > 0) report('server.no-ipv6-here', withoutIpv6)
    if (servers.length === 0) {
      if (notAllowed.length === 0 && withoutIpv6.length === 0) await reportNone(context, report)
      return
    }
    const sessions = await Promise.all(servers.map((at) => sessionWith(context, at)))
    for (const session of sessions) {
      for (const found of reachFindings(session, context.options.ehloName)) report(softened(found, session, sessions, context))
      for (const found of rewriteFindings(session)) report(found)
    }
    if (!sessions.some(isReached) && !sessions.every(lacksIpv6) && !context.signal.aborted)
      report('server.none-reached', sessions.map(describe), { name: nameOf(context) })
    if (context.deep)
      await Promise.all(
        sessions
          .filter(({ at, greeting }) => (at.role === 'mx' || at.port === 25) && greeting !== undefined)
          .map(({ at }) => tryEarly(context, at, report))
      )
  }
}

/** No address to go to. Of a host that was typed nobody else says why; of a domain the MX check does. */
const reportNone = async ({ target, receiver, route, query }: Context, report: Report): Promise<void> => {
  if (target.kind !== 'host' || isIP(target.host) !== 0) {
    report('server.no-server', receiver === undefined ? [] : (await route(receiver)).evidence)
    return
  }
  const { host } = target
  const answers = await Promise.all([query(host, 'A'), query(host, 'AAAA')])
  const asked = answers.map((answer) => `${answer.type} of ${host}: ${describeAnswer(answer)}`)
  const failed = answers.some(({ status }) => status === 'failed')
  const found = answers.some(({ records }) => records.length > 0)
  report(found ? 'server.no-server' : failed ? 'server.address-unknown' : 'server.no-address', asked, { host }, { about: host })
}

const describe = ({ at, error, refused }: Session): string =>
  `${placeOf(at)}: ${error === undefined ? (refused?.text.split('\n')[0] ?? 'not tried') : error.message}`

/** It is this machine that has no way by IPv6: none at all, or only an address of its own network (RFC 4193), from which few get out. */
const lacksIpv6 = ({ at, error }: Session): boolean => {
  if (error?.stage !== 'connect' || !isIPv6(at.address)) return false
  if (error.code === 'ENETUNREACH') return true
  const silent = error.code === 'ETIMEDOUT' || error.code === 'EHOSTUNREACH' || error.code === 'EADDRNOTAVAIL'
  return silent && isPublicAddress(at.address) && !interfaceAddresses().some((own) => isIPv6(own) && isPublicAddress(own))
}

/**
 * What is no fault of the server: a host that was named without a port need not listen on all of 25, 465 and 587, and an IPv6 address to
 * which this machine itself has no way says nothing about it.
 */
const softened = (found: Finding, session: Session, all: readonly Session[], { target }: Context): Finding => {
  const { at } = session
  const about = placeOf(at)
  if (lacksIpv6(session)) return finding('server.no-ipv6-here', found.evidence, {}, { about })
  const several = target.kind === 'host' && target.port === undefined
  const closed = found.code === 'server.refused' || found.code === 'server.timed-out'
  const otherPort = all.some((other) => other.at.address === at.address && isReached(other))
  return several && closed && otherPort ? finding('server.port-closed', found.evidence, valuesOf(session), { about }) : found
}

/** RFC 5321 §3.1 has the client wait for the greeting. A trap for robots that do not wait is a good thing, and no hindrance. */
const tryEarly = async (context: Context, at: ServerAt, report: Report): Promise<void> => {
  const { signal, options } = context
  const { address, host, port } = at
  const { ehloName, localAddress } = options
  const said = await visit(context, at, () =>
    talkEarly({
      address,
      host,
      port,
      ehloName,
      signal,
      timeouts: timeoutsFor(context, at),
      ...(localAddress === undefined ? {} : { localAddress })
    }).catch(() => undefined)
  )
  if (said === undefined || 'spent' in said || signal.aborted) return
  const takes = said.replies.length === 2 && said.replies.every(({ code }) => code >= 200 && code < 300)
  const evidence = [...said.replies.flatMap(linesOf), ...(said.error === undefined ? [] : [said.error.message])]
  report(takes ? 'server.takes-early-talk' : 'server.refuses-early-talk', evidence, {}, { about: placeOf(at) })
}
