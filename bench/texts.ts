/** Distinct reply texts for benchmarks: examples of rules with other addresses, hosts, IPs and ids in each, and noise. */

/** Mulberry32: small, seeded, so that every run measures the same texts. */
const random = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const noiseWords =
  'the message queue relay host order number report weekly table green window summer please river offer stone paper table meeting note thing place'.split(
    ' '
  )

/** One text in this many says nothing that a rule knows. */
const noiseEvery = 10

/** Written through a buffer, so that each text is one flat string and not a tree of pieces that the first reader must join. */
const flat = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')

export const makeTexts = (examples: readonly string[], count: number): string[] => {
  const next = random(42)
  const pick = (limit: number): number => Math.floor(next() * limit)
  const word = (): string => noiseWords[pick(noiseWords.length)] ?? ''
  const texts: string[] = []
  for (let index = 0; index < count; index++) {
    const name = `u${index.toString(36)}${pick(1e6).toString(36)}`
    const ip = `198.51.${pick(256)}.${pick(256)}`
    if (index % noiseEvery === 0) {
      texts.push(flat(`550 5.0.0 <${name}@${word()}.example>: ${Array.from({ length: 16 }, word).join(' ')} ${ip} ${pick(1e9)}`))
      continue
    }
    const example = examples[index % examples.length] ?? ''
    const varied = example
      .replace(/[\w.+-]+@[\w.-]+/g, `${name}@${word()}${pick(1000)}.example`)
      .replace(/\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+\b/g, ip)
    texts.push(flat(`${varied} ${(index * 7919).toString(36)}.${pick(1e9).toString(36)}`))
  }
  return texts
}
