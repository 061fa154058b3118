import validator from 'validator'
import { checkAddress } from '../packages/core/dist/address.js'
import { makeAddresses } from './address-mix.ts'

/**
 * `npm run bench:addresses`: how fast the syntax of distinct addresses is checked, beside validator's isEmail, the regular
 * expression that browsers use for `<input type=email>`, and the floor (reading each code unit once), in the same run on one core.
 * `--count N` addresses (a million where not given).
 */
const at = process.argv.indexOf('--count')
const count = at < 0 ? 1_000_000 : Number(process.argv[at + 1])
if (!Number.isInteger(count) || count < 1_000) throw new RangeError('--count takes a whole number from 1,000')

/** https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address */
const whatwg =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

const readOnce = (address: string): boolean => {
  let sum = 0
  for (let index = 0; index < address.length; index++) sum += address.charCodeAt(index)
  return sum !== -1
}

const levels = new Map<string, number>()
const contestants: readonly { readonly name: string; readonly accepts: (address: string) => boolean }[] = [
  { name: 'floor: read each code unit once', accepts: readOnce },
  { name: 'checkAddress', accepts: (address) => checkAddress(address).level === 'practical' },
  { name: 'peer: WHATWG regular expression', accepts: (address) => whatwg.test(address) },
  { name: 'peer: validator isEmail', accepts: (address) => validator.isEmail(address) }
]

const { addresses, mix } = makeAddresses(count)
const units = addresses.reduce((sum, address) => sum + address.length, 0)
console.log(
  `${count.toLocaleString('en')} distinct addresses of ${(units / count).toFixed(1)} characters, one core, Node ${process.versions.node}`
)
for (const { share, what } of mix) console.log(`${(share * 100).toFixed(1).padStart(7)} %  ${what}`)
console.log()

const measure = (list: readonly string[], accepts: (address: string) => boolean): { rate: number; accepted: number } => {
  let accepted = 0
  const start = performance.now()
  for (const address of list) if (accepts(address)) accepted++
  return { rate: (list.length / (performance.now() - start)) * 1_000, accepted }
}

const row = (name: string, rate: number, note: string): void =>
  console.log(`${name.padEnd(44)}${Math.round(rate).toLocaleString('en').padStart(12)} /s  ${note}`)

// The same few addresses again and again, until the compiler is done.
const warm = addresses.slice(0, 50_000)
for (const { accepts } of contestants) measure(warm, accepts)
for (const { name, accepts } of contestants) {
  const { rate, accepted } = measure(addresses, accepts)
  row(name, rate, name.startsWith('floor') ? '' : `${((accepted / count) * 100).toFixed(1)} % accepted`)
}

for (const address of addresses) {
  const { level } = checkAddress(address)
  levels.set(level, (levels.get(level) ?? 0) + 1)
}
console.log(`\nour levels: ${[...levels].map(([level, of]) => `${of.toLocaleString('en')} ${level}`).join(', ')}`)

console.log('\ncheckAddress on each kind')
for (const { what, of } of mix)
  row(`  ${what.slice(0, 40)}`, measure(of, (address) => checkAddress(address).level === 'practical').rate, '')

console.log('\nhostile text, one each')
const hostile: readonly (readonly [string, string])[] = [
  ['998 times (', '('.repeat(998)],
  ['998 times ,', `a${','.repeat(996)}b`],
  ['499 times ..', `${'a.'.repeat(498)}.@`],
  ['330 joiners in a domain', `a@${'\u0628\u200c\u0628'.repeat(330)}`],
  ['16 MB of one letter', 'a'.repeat(16_000_000)]
]
for (const [name, address] of hostile)
  row(
    `  ${name}`,
    measure(
      Array.from({ length: 200 }, () => address),
      (text) => checkAddress(text).level === 'practical'
    ).rate,
    ''
  )
