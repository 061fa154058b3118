import { domainOf, localOf } from './addresses.ts'

/**
 * What senders and forwarders wrote into an envelope address: VERP (the recipient in the bounce address), BATV (a signed
 * sender), SRS (a rewritten sender). Patterns are those of the programs that write them; anything else stays as it is.
 */

/** `prvs=1234abcdef=user@example.com` (draft-levine-smtp-batv), `btv1==tag==user@…`; the parts may stand the other way round. */
const batv =
  /^(?:prvs=(?:[0-9a-f]{10}|[0-9]{4}[0-9a-f]{6})=(.+)|(.+)=prvs=[0-9a-f]{10}|btv1==[0-9a-f]{3,64}==(.+)|prvs=([^=]+)=[0-9a-f]{10}|msprvs1=[^=]{1,80}=(.+))$/i

/** `SRS0=hash=tt=domain=local` and `SRS1=hash=forwarder==hash=tt=domain=local`; the first separator may be `+` or `-`. */
const srs0 = /^srs0[=+-][^=]{1,16}=[^=]{1,8}=([^=]{1,255})=(.{1,256})$/i
const srs1 = /^srs1[=+-][^=]{1,16}=[^=]{1,255}==[^=]{1,16}=[^=]{1,8}=([^=]{1,255})=(.{1,256})$/i

/** The sender that stands behind BATV and SRS, else the address itself. */
export const plainSender = (address: string): string => {
  let current = address
  // An SRS of a BATV of an SRS: forwarders stack them.
  for (let round = 0; round < 4; round++) {
    const local = localOf(current)
    const signed = batv.exec(local)
    const plain = signed === null ? undefined : signed.slice(1).find((part) => part !== undefined)
    if (plain !== undefined) {
      current = plain.includes('@') ? plain : `${plain}@${domainOf(current)}`
      continue
    }
    const rewritten = srs0.exec(local) ?? srs1.exec(local)
    if (rewritten === null) return current
    current = `${rewritten[2]}@${rewritten[1]}`
  }
  return current
}

const verpDomain = '([a-z0-9_-]+(?:\\.[a-z0-9_-]+){1,8})'

/**
 * `bounces+user=example.com@lists.example.net` (also `-` and `.` before it, and a number or token behind), ezmlm's
 * `list-return-12-user=example.com@…`, Amazon's and SendGrid's tokens excluded: they hold no address.
 */
const verp: readonly RegExp[] = [
  new RegExp(`^[a-z0-9_.]{1,64}?(?:-return)?-(?:\\d{1,12}-)?(?:[a-z]{2,5}\\.[\\w.]{1,40}-)?([^=@]{1,128}?)=${verpDomain}$`, 'i'),
  new RegExp(`^[^=@+]{1,64}[+](?:\\d{3,12}-[0-9a-f]{4}-)?([^=@]{1,128})=${verpDomain}(?:[+~=-][\\w.=-]{0,64})?$`, 'i'),
  new RegExp(
    `^(?:bounces?|return|verp|b|err(?:or)?s?|owner|no-?reply)[-+.=_]{1,2}(?:[\\w.]{1,64}[-+=_])?([^=@]{1,128})=${verpDomain}$`,
    'i'
  )
]

/** The recipient that a bounce address names, or undefined where it names none. SendGrid puts a number and four hexadecimal digits before it. */
export const verpRecipient = (address: string): string | undefined => {
  const local = localOf(address)
  if (!local.includes('=') || batv.test(local) || /^srs[01]/i.test(local)) return undefined
  for (const pattern of verp) {
    const match = pattern.exec(local)
    const [, user = '', domain = ''] = match ?? []
    if (match !== null && user !== '' && /[a-z]/i.test(domain.slice(domain.lastIndexOf('.') + 1))) return `${user}@${domain}`
  }
  return undefined
}

/** The list or campaign address without its VERP part, for `sender`. */
export const withoutVerp = (address: string): string => {
  const local = localOf(address)
  if (verpRecipient(address) === undefined) return address
  const prefix = /^([a-z0-9_.]{1,64}?(?:-return)?)(?:[-+.=_]|$)/i.exec(local)?.[1]
  return prefix === undefined || prefix === '' ? address : `${prefix}@${domainOf(address)}`
}
