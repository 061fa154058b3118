import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AddressCheck, checkAddress } from '../packages/core/src/address/check-address.ts'
import { corpora } from './bounce-accuracy.ts'

/**
 * `node scripts/address-accuracy.ts [--misses]`: agreement with the test addresses of seven other validators, suite by suite, and
 * why we differ. `valid` means what SMTP can carry: our `practical` and `rfc5321`.
 */
type AddressRow = {
  readonly address: string
  readonly source: string
  readonly expect: 'valid' | 'invalid'
  readonly category: string
  /** Of the two is_email suites: `5321`, `5321-unusual`, `5322`, `5322-broad`, `5322-obs`, `none`. */
  readonly grade?: string
}

/** What a suite's option makes of our answer. `undefined`: the option asks what a check of syntax does not know. */
type Option = { readonly when: (row: AddressRow) => boolean; readonly isValid?: (check: AddressCheck) => boolean; readonly why: string }

const isSendable = ({ level }: AddressCheck): boolean => level === 'practical' || level === 'rfc5321'

const inCategory =
  (part: string) =>
  ({ category }: AddressRow): boolean =>
    category.includes(part)

const options: Readonly<Record<string, readonly Option[]>> = {
  'validator.js-isEmail-options': [
    {
      when: inCategory('domain_specific_validation'),
      why: 'asks for the rules of one provider (Gmail: no short names, no underscores), which is not syntax'
    },
    { when: inCategory('allow_utf8_local_part=false'), isValid: (check) => isSendable(check) && !check.needsSmtputf8, why: 'SMTPUTF8 off' },
    {
      when: inCategory('allow_display_name'),
      isValid: (check) => isSendable(check) || check.code === 'display-name',
      why: 'a name before the address counts as valid'
    },
    { when: inCategory('allow_ip_domain'), isValid: isSendable, why: 'address literals count as valid, as they do here' },
    {
      when: inCategory('allow_underscores'),
      isValid: (check) => isSendable(check) || check.code === 'domain-not-host-name',
      why: 'underscores in the domain allowed'
    }
  ],
  'hapi-address-options': [
    { when: inCategory('opt:tlds'), why: 'asks for a list of top-level domains, which DNS knows better' },
    { when: inCategory('opt:minDomainSegments'), isValid: isSendable, why: 'domains without a dot count as valid' },
    { when: inCategory('opt:allowUnicode'), isValid: (check) => isSendable(check) && !check.needsSmtputf8, why: 'no Unicode' },
    {
      when: inCategory('opt:ignoreLength'),
      isValid: (check) => isSendable(check) || /too-long$/.test(check.code ?? ''),
      why: 'no limits of length'
    }
  ],
  'rust-email_address-options': [
    {
      when: () => true,
      isValid: (check) => isSendable(check) || check.code === 'domain-literal',
      why: 'the option takes any domain in brackets'
    }
  ]
}

/** Where we differ on purpose: classes of answers, not addresses. The first that fits counts. */
type Difference = { readonly name: string; readonly why: string; readonly of: (row: AddressRow, check: AddressCheck) => boolean }

const hasCode =
  (...codes: readonly string[]) =>
  ({ code }: AddressCheck): boolean =>
    codes.includes(code ?? '')
const weAllow = (row: AddressRow, check: AddressCheck): boolean => row.expect === 'invalid' && isSendable(check)
const weRefuse = (row: AddressRow, check: AddressCheck): boolean => row.expect === 'valid' && !isSendable(check)

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

const differences: readonly Difference[] = [
  {
    name: 'header-only forms',
    why: 'comments, white space and names belong in a header (RFC 5322); SMTP has no room for them. We give the envelope form',
    of: (row, check) => weRefuse(row, check) && hasCode('comment', 'white-space', 'obsolete-syntax', 'display-name')(check)
  },
  {
    name: 'IPv6 literals',
    why: 'RFC 5321 §4.1.3: eight groups, or one "::" for at least two of them; RFC 4291 lets it stand for one, a suite for none',
    of: (row, check) => weRefuse(row, check) && hasCode('domain-literal')(check) && /\[ipv6:/i.test(row.address)
  },
  {
    name: 'IP addresses in brackets that are none',
    why: 'RFC 5321 §4.1.3: four numbers up to 255, or the tag "IPv6:" and an IPv6 address',
    of: (row, check) => weRefuse(row, check) && hasCode('domain-literal')(check)
  },
  {
    name: 'line breaks, control characters, codes that are no character',
    why: 'the grammars let them in; they smuggle headers and commands, and nobody can type them',
    of: (row, check) => weRefuse(row, check) && hasCode('line-break', 'control-character', 'malformed-unicode')(check)
  },
  {
    name: 'A-labels that encode nothing, unassigned characters in a domain',
    why: 'UTS 46 and RFC 5890 §2.3.2.1: such a name cannot be registered. The suite is older than IDNA2008, or does not decode',
    of: (row, check) => weRefuse(row, check) && hasCode('a-label', 'idn-label')(check)
  },
  {
    name: 'limits of length',
    why: 'RFC 5321 §4.5.3.1: 64 octets before the @. The suite calls it valid with a warning',
    of: (row, check) => weRefuse(row, check) && hasCode('local-part-too-long')(check)
  },
  {
    name: 'backslash outside of quotation marks',
    why: 'RFC 5321 §4.1.2: a backslash is no atext. The suite follows RFC 822',
    of: (row, check) => weRefuse(row, check) && hasCode('backslash')(check)
  },
  {
    name: 'unquoted names before the address',
    why: 'RFC 5322 §3.4: a comma in a name needs quotation marks, else it divides addresses. We offer the address as a repair',
    of: (row, check) => weRefuse(row, check) && hasCode('display-name-unquoted')(check)
  },
  {
    name: 'legal, but held: quoted, literal, dotless, numeric, reserved',
    why: 'the suite asks what a sign-up form should take; they are legal in SMTP, and our level is rfc5321, not practical',
    of: (row, check) =>
      weAllow(row, check) &&
      hasCode('quoted-local-part', 'address-literal', 'dotless-domain', 'numeric-tld', 'special-use-domain', 'symbol-in-domain')(check)
  },
  {
    name: 'full-width letters in the domain',
    why: 'UTS 46 maps them to ASCII; the envelope form is the plain domain',
    of: (row, check) => weAllow(row, check) && isAscii(check.normalized ?? row.address) && !isAscii(row.address)
  },
  {
    name: 'symbols in the local part',
    why: 'RFC 6532 §3.2: every character beyond ASCII is atext',
    of: (row, check) => weAllow(row, check) && check.needsSmtputf8
  },
  {
    name: 'a top-level domain of one letter',
    why: 'no rule of syntax excludes it; DNS says that it does not exist',
    of: (row, check) => weAllow(row, check) && /\.[^.]$/.test(check.asciiDomain ?? '')
  },
  {
    name: 'odd names in a header',
    why: 'RFC 5322 §3.4 allows a name of blanks, empty quotation marks, and white space inside the angle brackets',
    of: (row, check) => weRefuse({ ...row, expect: 'valid' }, check) && row.expect === 'invalid' && hasCode('display-name')(check)
  }
]

type Miss = { readonly row: AddressRow; readonly check: AddressCheck; readonly difference: Difference | undefined }

type SuiteAccuracy = {
  readonly cases: number
  readonly agree: number
  /** Left out, since the option asks for what is not syntax. */
  readonly apart: ReadonlyMap<string, number>
  readonly misses: readonly Miss[]
}

type AddressAccuracy = {
  readonly suites: ReadonlyMap<string, SuiteAccuracy>
  /** Addresses that one suite calls valid and another invalid. */
  readonly disputed: ReadonlyMap<string, readonly AddressRow[]>
  /** The grade of the is_email suites → our level. */
  readonly grades: ReadonlyMap<string, number>
}

export const readAddressRows = (): readonly AddressRow[] | undefined => {
  const path = join(corpora, 'addresses', 'addresses.jsonl')
  if (!existsSync(path)) return undefined
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line): AddressRow => JSON.parse(line))
}

const optionOf = (row: AddressRow): Option | undefined => options[row.source]?.find(({ when }) => when(row))

export const measureAddresses = (rows: readonly AddressRow[]): AddressAccuracy => {
  const suites = new Map<string, { cases: number; agree: number; apart: Map<string, number>; misses: Miss[] }>()
  const expected = new Map<string, AddressRow[]>()
  const grades = new Map<string, number>()
  for (const row of rows) {
    const suite = suites.get(row.source) ?? { cases: 0, agree: 0, apart: new Map<string, number>(), misses: [] }
    suites.set(row.source, suite)
    const check = checkAddress(row.address)
    const option = optionOf(row)
    if (option !== undefined && option.isValid === undefined) {
      suite.apart.set(option.why, (suite.apart.get(option.why) ?? 0) + 1)
      continue
    }
    suite.cases++
    if (option === undefined) expected.set(row.address, [...(expected.get(row.address) ?? []), row])
    if (row.grade !== undefined) {
      const key = `${row.grade.padEnd(13)} → ${check.level}`
      grades.set(key, (grades.get(key) ?? 0) + 1)
    }
    if ((option?.isValid ?? isSendable)(check) === (row.expect === 'valid')) suite.agree++
    else suite.misses.push({ row, check, difference: differences.find(({ of }) => of(row, check)) })
  }
  const disputed = [...expected].filter(([, ofAddress]) => new Set(ofAddress.map(({ expect }) => expect)).size > 1)
  return { suites, disputed: new Map(disputed), grades }
}

export const printAddresses = ({ suites, disputed, grades }: AddressAccuracy, withMisses: boolean): string => {
  const lines = ['addresses by suite                cases  agree  differ on purpose  otherwise  left out']
  const all = [...suites.values()].flatMap(({ misses }) => misses)
  for (const [source, { cases, agree, apart, misses }] of suites) {
    const meant = misses.filter(({ difference }) => difference !== undefined).length
    const left = [...apart.values()].reduce((sum, count) => sum + count, 0)
    const figures = [
      String(cases).padStart(5),
      String(agree).padStart(6),
      String(meant).padStart(18),
      String(misses.length - meant).padStart(10)
    ]
    lines.push(`${source.padEnd(34)}${figures.join(' ')}${String(left).padStart(10)}`)
  }
  lines.push('', 'where we differ on purpose')
  for (const difference of differences) {
    const count = all.filter((miss) => miss.difference === difference).length
    lines.push(`${String(count).padStart(5)}  ${difference.name}: ${difference.why}`)
  }
  lines.push('', 'left out')
  for (const { apart } of suites.values()) for (const [why, count] of apart) lines.push(`${String(count).padStart(5)}  ${why}`)
  lines.push('', 'grade of the is_email suites → our level')
  for (const [pair, count] of [...grades].sort()) lines.push(`${String(count).padStart(5)}  ${pair}`)
  const ours = [...disputed.keys()].filter((address) => isSendable(checkAddress(address))).length
  lines.push('', `${disputed.size} addresses are valid in one suite and invalid in another; we take ${ours} of them for valid`)
  if (withMisses) {
    for (const [address, rows] of disputed)
      lines.push(
        `  ${JSON.stringify(address).slice(0, 90)} ${rows.map(({ source, expect }) => `${source}: ${expect}`).join(', ')}; ours ${checkAddress(address).level}`
      )
    lines.push('', 'every miss')
    for (const { row, check, difference } of all)
      lines.push(
        `  ${row.source} ${row.expect} ${JSON.stringify(row.address).slice(0, 120)} ${row.grade ?? row.category} → ${check.level} ${check.code ?? ''} (${difference?.name ?? 'NOT MEANT'})`
      )
  }
  return lines.join('\n')
}

if (import.meta.main) {
  const rows = readAddressRows()
  if (rows === undefined) {
    process.stderr.write(`The address corpus is not at ${corpora}; set WHYBOUNCE_CORPORA to its folder.\n`)
    process.exit(2)
  }
  process.stdout.write(`${printAddresses(measureAddresses(rows), process.argv.includes('--misses'))}\n`)
}
