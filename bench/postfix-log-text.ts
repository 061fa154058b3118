import type { Random } from './postfix-log-random.ts'

/** What is written in the place of `{host}`, `{ip}` … in the texts of receivers. */
export type Filling = {
  readonly host: string
  readonly ip: string
  readonly recipient: string
  readonly domain: string
  /** A domain of ours. */
  readonly sender: string
  readonly seconds: number
}

const kinds: Readonly<Record<string, (filling: Filling, random: Random) => string>> = {
  host: ({ host }) => host,
  ip: ({ ip }) => ip,
  recipient: ({ recipient }) => recipient,
  domain: ({ domain }) => domain,
  sender: ({ sender }) => sender,
  seconds: ({ seconds }) => String(Math.floor(seconds)),
  digit: (_, random) => String(random.below(10)),
  day: (_, random) => String(1 + random.below(28)).padStart(2, '0'),
  number: (_, random) => String(Math.floor(random.unit() * 1e13)),
  hex: (_, random) => random.hex(12),
  token: (_, random) => `${random.hex(14)}-${random.hex(11)}.${random.below(1000)}`.toLowerCase()
}

/** Takes a text apart once: filling it in is done for every line of a log. Throws on a field that is not known. */
export const openText = (text: string): ((filling: Filling, random: Random) => string) => {
  const parts = text.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part
    const kind = kinds[part]
    if (kind === undefined) throw new TypeError(`no field {${part}}`)
    return kind
  })
  return (filling, random) => {
    let filled = ''
    for (const part of parts) filled += typeof part === 'string' ? part : part(filling, random)
    return filled
  }
}
