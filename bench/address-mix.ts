/**
 * Distinct addresses for benchmarks, in a mix as of a customers' list: nearly all plain, some with capitals, a few international,
 * a few broken. Seeded, so that every run measures the same. The shares are ours, not measured on a real list.
 */

/** Mulberry32. */
const random = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const names =
  'anna ben carla david elena felix greta hugo ines jonas katja liam maria noah olga paul quinn rosa simon tina uwe vera will xenia yara zoe'.split(
    ' '
  )
const families =
  'adler brown costa diaz evans fischer garcia huber ito jansen kumar lopez meyer novak olsen patel rossi silva tanaka wagner'.split(' ')
const providers = 'gmail.com yahoo.com hotmail.com outlook.com icloud.com gmx.de web.de aol.com mail.ru qq.com orange.fr libero.it'.split(
  ' '
)
const words = 'river stone paper table garden market bridge window harbor forest silver copper north valley summit meadow'.split(' ')
const tops = 'com net org de fr it co.uk com.br nl pl io shop'.split(' ')

type Kind = { readonly share: number; readonly what: string; readonly of: string[] }

/** Written through a buffer, so that each address is one flat string and not a tree of pieces that the first reader must join. */
const flat = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')

export const makeAddresses = (count: number): { readonly addresses: readonly string[]; readonly mix: readonly Kind[] } => {
  const next = random(42)
  const pick = (list: readonly string[]): string => list[Math.floor(next() * list.length)] ?? ''
  const local = (index: number): string => `${pick(names)}.${pick(families)}${index.toString(36)}`
  const company = (): string => `${pick(words)}-${pick(words)}.${pick(tops)}`
  const kinds: readonly (Kind & { readonly make: (index: number) => string })[] = [
    { share: 0.62, what: 'at a large provider', of: [], make: (index) => `${local(index)}@${pick(providers)}` },
    { share: 0.25, what: 'at a company', of: [], make: (index) => `${local(index)}@${company()}` },
    { share: 0.04, what: 'with a tag', of: [], make: (index) => `${pick(names)}+${index.toString(36)}@${pick(providers)}` },
    { share: 0.05, what: 'with capitals', of: [], make: (index) => `${local(index).toUpperCase()}@${company().toUpperCase()}` },
    { share: 0.01, what: 'at an international domain', of: [], make: (index) => `${local(index)}@bücher-${pick(words)}.de` },
    { share: 0.002, what: 'with a local part beyond ASCII', of: [], make: (index) => `${pick(names)}ß${index.toString(36)}@${company()}` },
    {
      share: 0.003,
      what: 'quoted, or at an IP address',
      of: [],
      make: (index) => (index % 2 === 0 ? `"${local(index)} x"@${company()}` : `${local(index)}@[192.0.2.${index % 256}]`)
    },
    { share: 0.01, what: 'as in a header', of: [], make: (index) => `${pick(names)} <${local(index)}@${company()}>` },
    {
      share: 0.015,
      what: 'broken: comma, dots, @@, blanks, no @',
      of: [],
      make: (index) => {
        const [name, domain] = [local(index), pick(providers)]
        return (
          [
            `${name}@${domain},`,
            `${name}..x@${domain}`,
            `${name}@@${domain}`,
            `${name} x@${domain}`,
            `${name}.${domain}`,
            `${name}\u200b@${domain}`
          ][index % 6] ?? ''
        )
      }
    }
  ]
  const addresses: string[] = []
  for (let index = 0; index < count; index++) {
    let share = next()
    const kind =
      kinds.find((one) => {
        share -= one.share
        return share < 0
      }) ?? kinds[0]
    if (kind === undefined) continue
    const address = flat(kind.make(index))
    addresses.push(address)
    kind.of.push(address)
  }
  return { addresses, mix: kinds }
}
