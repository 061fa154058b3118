import type { PortCloser } from '@whybounce/core'
import { type Finding, finding } from '@whybounce/core/finding'
import { concludePort, type PortTry, tellTry } from '../../self-check/outbound-port.ts'
import type { PortTries, WaysOutTries } from './reach.ts'

export type PortWords = {
  readonly closers: readonly PortCloser[]
  /** The cloud that this machine stands in. */
  readonly own?: PortCloser
  /** A letter to whoever closes port 25. */
  readonly letter?: string
  /** Ports where only servers greet, although connections to nobody open too. */
  readonly greeted?: ReadonlySet<number>
  /** Only these ports are told of. */
  readonly only?: ReadonlySet<number>
}

const submissionPorts: readonly number[] = [587, 465]
const alternativePort = 2525

const opens = (tries: readonly PortTry[]): boolean => tries.some(({ outcome }) => outcome === 'open')
const isOpen = ({ ipv4, ipv6 }: PortTries): boolean => opens(ipv4) || opens(ipv6)
/** Two servers that do not open are a sign; one may be down. */
const isClosed = (tries: readonly PortTry[]): boolean => tries.length > 1 && !opens(tries)

const wayInstead = (open: readonly number[]): string => {
  const port = [...submissionPorts, alternativePort].find((one) => open.includes(one))
  return port === undefined
    ? ''
    : `Port ${port} opens from here: hand the mail to a relay there, with user name and password (Amazon SES, SendGrid, Mailgun, Postmark, the provider of your mailboxes).`
}

/** What the tries say, port by port, and of IPv6 as a whole. */
export const portFindings = ({ ports, usesIpv6 }: Pick<WaysOutTries, 'ports' | 'usesIpv6'>, words: PortWords): readonly Finding[] => {
  const open = ports.filter(isOpen).map(({ port }) => port)
  const byIpv4 = ports.some(({ ipv4 }) => opens(ipv4))
  const byIpv6 = ports.some(({ ipv6 }) => opens(ipv6))
  const found = ports
    .filter(({ port }) => words.only?.has(port) ?? true)
    .flatMap((tries) => onePort(tries, open, { byIpv4, byIpv6 }, words))
  const all6 = ports.flatMap(({ ipv6 }) => ipv6)
  if (!usesIpv6) return [...found, finding('ipv6.not-used', ['no network interface has a global IPv6 address'])]
  return byIpv4 && isClosed(all6) ? [...found, finding('ipv6.leads-nowhere', all6.map(tellTry))] : found
}

const onePort = (
  tries: PortTries,
  open: readonly number[],
  by: { readonly byIpv4: boolean; readonly byIpv6: boolean },
  { closers, own, letter, greeted }: PortWords
): readonly Finding[] => {
  const { port, ipv4, ipv6, nowhere } = tries
  const name = String(port)
  const evidence = [...ipv4, ...ipv6].map(tellTry)
  if (isOpen(tries) && nowhere?.outcome === 'open') {
    const odd = [...evidence, `${tellTry(nowhere)}, although nobody has this address (RFC 5737)`]
    return [finding(greeted?.has(port) ? 'port.open' : 'port.open-for-all', odd, { port: name })]
  }
  if (isOpen(tries)) {
    const passed = finding('port.open', evidence, { port: name })
    // Where IPv6 leads nowhere at all, that is told once.
    if (isClosed(ipv6) && by.byIpv6) return [passed, familyClosed(name, 'IPv6', 'IPv4', ipv6)]
    if (isClosed(ipv4)) return [passed, familyClosed(name, 'IPv4', 'IPv6', ipv4)]
    return [passed]
  }
  const [main, other] = ipv4.length > 0 ? [ipv4, ipv6] : [ipv6, ipv4]
  const concluded = concludePort(port, main, {
    closers,
    way: port === 25 ? wayInstead(open) : '',
    wayOut: main === ipv4 ? by.byIpv4 : by.byIpv6,
    more: other.map(tellTry),
    ...(own === undefined ? {} : { own }),
    ...(port === 25 && letter !== undefined ? { details: { letter } } : {})
  })
  if (concluded.verdict !== 'fail') return port === alternativePort && open.length > 0 ? [] : [concluded]
  const instead = [...submissionPorts, alternativePort, 25].find((one) => open.includes(one))
  if (port === alternativePort && submissionPorts.some((one) => open.includes(one)))
    return [finding('port.alternative-closed', evidence, { port: name })]
  if ((submissionPorts.includes(port) || port === alternativePort) && instead !== undefined) {
    const closedBy = own?.alsoCloses.includes(port) ? `${own.name} ${own.says}: ${own.do}.` : ''
    return [finding('port.submission-closed', evidence, { port: name, open: String(instead), closers: closedBy })]
  }
  return [concluded]
}

const familyClosed = (port: string, closed: 'IPv4' | 'IPv6', open: 'IPv4' | 'IPv6', tries: readonly PortTry[]): Finding =>
  finding('port.family-closed', tries.map(tellTry), { port, closed, open, postfix: open.toLowerCase() })
