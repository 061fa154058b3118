import { probing, waysOut } from '@whybounce/core'
import { isPublicAddress } from '../../dns/public-address.ts'
import type { PortTry } from '../../self-check/outbound-port.ts'
import type { Check, Context } from '../check.ts'
import { serversOf, sessionWith } from '../server/session.ts'
import { cloudOf, readMachineMarks } from './cloud.ts'
import { interceptionFindings, type Talk } from './interception.ts'
import { type PortWords, portFindings } from './port-findings.ts'
import { type ReachTarget, tryWaysOut } from './reach.ts'

/** Servers that are talked to on one port, each of another operator. */
const maxTalks = 3
/** Milliseconds: a proxy in the house answers at once. */
const nobodyTimeouts = { connect: 5_000, greeting: 8_000, command: 5_000, starttls: 5_000, total: 15_000 }

/** Sending from here is examined: the machine alone, or the one from which a domain sends. */
const sendsFromHere = ({ target, options }: Context): boolean =>
  target.kind === 'machine' || options.from !== undefined || options.ip !== undefined || (options.reach ?? []).length > 0

const isOpen = ({ outcome }: PortTry): boolean => outcome === 'open'

const wordsFor = async ({ options }: Context): Promise<PortWords> => {
  const closers = probing.portClosers
  const own = cloudOf(await readMachineMarks(), closers)
  const letter = waysOut.request
    .replaceAll('{port}', '25')
    .replaceAll('{name}', options.ehloName)
    .replaceAll('{ip}', options.ip ?? '(the public address of this server)')
  return { closers, ...(own === undefined ? {} : { own }), ...(own?.opens === false ? {} : { letter }) }
}

/** Sessions with servers whose port opens: of three operators for each port, TLS from the first byte left out. */
const talksOf = (context: Context): Promise<readonly Talk[]> =>
  context.once('ways out talks', async () => {
    const { ports, targets } = await tryWaysOut(context)
    const chosen = ports
      .filter(({ port }) => port !== 465 && port !== 2525)
      .flatMap(({ port, ipv4, ipv6 }) => {
        const opened = [...ipv4, ...ipv6].filter(isOpen).map(({ target }) => target.address)
        const seen = new Set<string>()
        return targets
          .filter((one) => one.port === port && opened.includes(one.address))
          .filter(({ operator, address }) => !seen.has(operator ?? address) && seen.add(operator ?? address))
          .slice(0, maxTalks)
      })
    return Promise.all(chosen.map((target) => talk(context, target)))
  })

const talk = async (context: Context, { host, address, port, operator, known }: ReachTarget): Promise<Talk> => ({
  session: await sessionWith(context, { host, address, port, implicitTls: false, role: 'target' }),
  ...(operator === undefined ? {} : { operator }),
  ...(known === undefined ? {} : { starttls: known.starttls, certificate: known.certificate })
})

/** Greetings from an address that nobody has, by port. */
const nobodyGreets = (context: Context): Promise<ReadonlyMap<number, string>> =>
  context.once('ways out nobody', async () => {
    const { ports } = await tryWaysOut(context)
    const said = await Promise.all(
      ports.map(async ({ port, nowhere }) => {
        if (nowhere === undefined || !isOpen(nowhere) || port === 465) return []
        try {
          const { address } = nowhere.target
          const dialogue = await context.open({ host: address, address, port, tls: 'never', timeouts: nobodyTimeouts })
          if ('refused' in dialogue) return [[port, dialogue.refused.text] as const]
          await dialogue.quit()
          return [[port, dialogue.greeting.text] as const]
        } catch {
          // A connection without a greeting is no mail server.
          return []
        }
      })
    )
    return new Map(said.flat())
  })

/** Ports where servers greet and nobody's address, which opens too, does not. */
const greetedPorts = async (context: Context): Promise<ReadonlySet<number>> => {
  const { ports } = await tryWaysOut(context)
  if (!ports.some(({ nowhere }) => nowhere !== undefined && isOpen(nowhere))) return new Set()
  const [talks, nobody] = await Promise.all([talksOf(context), nobodyGreets(context)])
  const greeted = talks.filter(({ session }) => session.greeting !== undefined || session.refused !== undefined)
  return new Set(greeted.map(({ session }) => session.at.port).filter((port) => !nobody.has(port)))
}

const waysOutCheck: Check = {
  id: 'ways-out',
  decides: ({ target }) => target.kind === 'machine',
  stage: 'ways-out',
  title: 'Ports 25, 465, 587 and 2525 to the outside',
  wanted: sendsFromHere,
  run: async (context, report) => {
    const [tries, words, greeted] = await Promise.all([tryWaysOut(context), wordsFor(context), greetedPorts(context)])
    if (context.signal.aborted) return
    if (tries.targets.length === 0) report('port.not-tried', tries.failures, { port: tries.ports.map(({ port }) => port).join(', ') })
    else for (const found of portFindings(tries, { ...words, greeted })) report(found)
  }
}

const interceptionCheck: Check = {
  id: 'interception',
  stage: 'ways-out',
  title: 'Who answers on the way',
  wanted: sendsFromHere,
  run: async (context, report) => {
    const [{ ports }, talks, nobody] = await Promise.all([tryWaysOut(context), talksOf(context), nobodyGreets(context)])
    if (context.signal.aborted) return
    const open = ports.filter(({ ipv4, ipv6 }) => [...ipv4, ...ipv6].some(isOpen)).map(({ port }) => port)
    for (const found of interceptionFindings({ talks, nobody, open, ownRoots: context.options.roots !== undefined })) report(found)
  }
}

/** Where not one server of a domain answers: is it they, or is it the way from here? */
const whoseFault: Check = {
  id: 'whose-fault',
  stage: 'ways-out',
  title: 'The way from here to their servers',
  wanted: (context) => context.receiver !== undefined,
  run: async (context, report) => {
    const servers = (await serversOf(context)).filter(({ address }) => context.allowPrivate || isPublicAddress(address))
    const sessions = await Promise.all(servers.map((at) => sessionWith(context, at)))
    if (sessions.length === 0 || !sessions.every(({ error }) => error?.stage === 'connect') || context.signal.aborted) return
    const [tries, words, greeted] = await Promise.all([tryWaysOut(context), wordsFor(context), greetedPorts(context)])
    if (context.signal.aborted) return
    // RFC 5321 §5: the servers of a domain are met on port 25.
    for (const found of portFindings(tries, { ...words, greeted, only: new Set([25]) })) {
      if (found.code === 'port.open') report('port.theirs-down', found.evidence, { port: '25', domain: context.receiver ?? '' })
      else if (!sendsFromHere(context) && found.code !== 'ipv6.not-used') report(found)
    }
  }
}

export const waysOutChecks: readonly Check[] = [waysOutCheck, interceptionCheck, whoseFault]
