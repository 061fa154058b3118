/**
 * Characters that look alike. What UTS #39 calls confusable, cut down to what stands in domain names: letters of other scripts
 * with a Latin twin, and the Latin letters, digits and pairs that a hurried reader takes for one another.
 * Source: Unicode Technical Standard #39, confusables.txt; the pairs within Latin are those of phishing reports (memory).
 */
const twins: Readonly<Record<string, string>> = {
  // Cyrillic
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  һ: 'h',
  н: 'h',
  і: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  ѕ: 's',
  т: 't',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  у: 'y',
  // Greek
  α: 'a',
  γ: 'y',
  ε: 'e',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  σ: 'o',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ω: 'w',
  // Armenian
  ո: 'n',
  ս: 'u',
  օ: 'o',
  հ: 'h',
  ց: 'g',
  // Latin beyond ASCII that does not come apart into a letter and a mark
  ı: 'i',
  ɑ: 'a',
  ɡ: 'g',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  ŧ: 't',
  ƅ: 'b',
  // What stands for the full stop
  '。': '.',
  '．': '.',
  '․': '.'
}

/**
 * The text with every letter of another script, every accent and every wide form put into the ASCII letter that it looks like.
 * A character without such a twin stays.
 */
export const toLatinTwins = (text: string): string => {
  let out = ''
  for (const character of text.normalize('NFKD').toLowerCase()) {
    if (/\p{Mn}/u.test(character)) continue
    out += twins[character] ?? character
  }
  return out
}

const pairs: readonly (readonly [string, string])[] = [
  ['rn', 'm'],
  ['vv', 'w'],
  ['cl', 'd'],
  ['0', 'o'],
  ['1', 'l'],
  ['5', 's']
]

/** What an ASCII text looks like at a glance: texts with the same look are easily taken for each other. */
export const lookOf = (text: string): string => {
  let out = text
  for (const [written, seen] of pairs) if (out.includes(written)) out = out.replaceAll(written, seen)
  return out
}

const alike: ReadonlySet<string> = new Set(
  ['0o', '1l', '1i', 'li', '5s', '8b', '2z', '9g', 'qg', 'uv', 'mn'].flatMap((pair) => [pair, [...pair].reverse().join('')])
)

export const lookAlike = (one: string, other: string): boolean => alike.has(one + other)
