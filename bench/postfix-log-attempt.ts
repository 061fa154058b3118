import { formatDelay } from './postfix-log-lines.ts'
import { openChoice, type Random } from './postfix-log-random.ts'
import { type Receiver, type Refusal, receivers } from './postfix-log-receivers.ts'
import { openText } from './postfix-log-text.ts'
import type { LogTruth } from './postfix-log-truth.ts'

/** What is said of an attempt: its text taken apart, and the key under which it is counted. */
type Told = {
  readonly outcome: 'sent' | 'deferred' | 'bounced'
  readonly status: string
  readonly key: string
  readonly fill: ReturnType<typeof openText>
  /** Postfix names the port of a server that it could not reach, and no relay. */
  readonly isConnecting: boolean
  readonly hasRelay: boolean
}

export type Recipient = { readonly address: string; readonly domain: string; readonly receiver: OpenReceiver }

type OpenReceiver = {
  readonly failing: number
  readonly domains: readonly string[]
  readonly hosts: readonly string[]
  readonly accepted: Told
  readonly refused: (random: Random) => Told
}

const openTold = (name: string, outcome: Told['outcome'], status: string, text: string): Told => ({
  outcome,
  status,
  key: `${name} ${outcome} ${status}`,
  fill: openText(text),
  isConnecting: text.startsWith('connect to'),
  hasRelay: !text.startsWith('connect to') && !text.startsWith('Host or domain')
})

const openReceiver = ({ name, failing, domains, hosts, acceptance, refusals }: Receiver): OpenReceiver => {
  const told = new Map<Refusal, Told>(refusals.map((refusal) => [refusal, openTold(name, refusal.outcome, refusal.status, refusal.text)]))
  const accepted = openTold(name, 'sent', acceptance.status, acceptance.text)
  const refusal = openChoice(refusals, ({ weight }) => weight)
  return { failing, domains, hosts, accepted, refused: (random) => told.get(refusal(random)) ?? accepted }
}

/** One smtp service for each. */
const ourAddresses = Array.from({ length: 8 }, (_, index) => `198.51.100.${10 + index}`)
export const ourServices: number = ourAddresses.length
export const ourDomains: readonly string[] = ['news.shop.example', 'mail.bank.example', 'app.saas.example', 'orders.store.example']
const names = 'anna bob carla dmitri eva faruk gina hans ines jo k.lee lara m.smith nina omar'.split(' ')

const receiverOf = openChoice(
  receivers.map((receiver) => ({ share: receiver.share, open: openReceiver(receiver) })),
  ({ share }) => share
)

/** So many, each another. */
export const drawRecipients = (random: Random, count: number): readonly Recipient[] => {
  const drawn: Recipient[] = []
  while (drawn.length < count) {
    const receiver = receiverOf(random).open
    const domain = random.pick(receiver.domains)
    const address = `${random.pick(names)}${random.below(100_000)}@${domain}`
    if (!drawn.some((other) => other.address === address)) drawn.push({ address, domain, receiver })
  }
  return drawn
}

export type Sent = { readonly id: string; readonly born: number; readonly service: number }
export type Put = (seconds: number, service: string, text: string) => void

const tlsLine = (host: string): string =>
  `Untrusted TLS connection established to ${host}: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256`

/** One attempt to deliver, of which a share fails: written, counted. */
export const attempt = (
  { random, truth, put }: { readonly random: Random; readonly truth: LogTruth; readonly put: Put },
  seconds: number,
  { id, born, service }: Sent,
  { address, domain, receiver }: Recipient,
  failing: number
): Told['outcome'] => {
  const told = random.unit() < failing ? receiver.refused(random) : receiver.accepted
  const host = random.pick(receiver.hosts) || `mx.${domain}[203.0.113.9]:25`
  const text = told.fill(
    {
      host: told.isConnecting ? host : host.slice(0, host.lastIndexOf(':')),
      ip: ourAddresses[service] ?? '',
      recipient: address,
      domain,
      sender: random.pick(ourDomains),
      seconds
    },
    random
  )
  const pid = 2000 + random.below(180)
  const delay = seconds - born
  const delays = `${formatDelay(random.unit() * 0.3 + Math.max(delay - 1, 0))}/${formatDelay(random.unit() * 0.05)}/${formatDelay(random.unit() * 0.6)}/${formatDelay(random.unit() * 2)}`
  if (told.outcome === 'sent' && random.unit() < 0.3) put(seconds - 0.3, `smtp[${pid}]`, tlsLine(host))
  put(
    seconds,
    `smtp-out${service}/smtp[${pid}]`,
    `${id}: to=<${address}>, relay=${told.hasRelay ? host : 'none'}, delay=${formatDelay(Math.max(delay, 0.05))}, delays=${delays}, dsn=${told.status}, status=${told.outcome} (${text})`
  )
  truth[told.outcome]++
  truth.by[told.key] = (truth.by[told.key] ?? 0) + 1
  if (told.outcome === 'sent') truth.messages.delivered++
  else if (told.outcome === 'bounced') truth.messages.bounced++
  return told.outcome
}
