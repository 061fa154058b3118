import { join } from 'node:path'
import { z } from 'zod'
import { partsOf } from '../../packages/core/src/address/public-suffix.ts'
import {
  type Addresses,
  type MailboxRule,
  type MailName,
  type NameWeight,
  nameWeights,
  type Origin
} from '../../packages/core/src/knowledge/knowledge.ts'
import { lineOf, type Problem, readToml, type TomlFile } from './read.ts'
import { day, source } from './shapes.ts'

/**
 * Reads knowledge/addresses/: mail domains and what kind of names they are, domains that belong to others, endings, mailbox
 * rules, roles, and the domains that lists of throw-away addresses carry wrongly. A mistake is a problem with file and line.
 */
const domain = z.string().regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/)
const label = z.string().regex(/^[a-z0-9][a-z0-9-]*$/)
const suffix = z.string().regex(/^[a-z]{2,}(?:\.[a-z]{2,})*$/)
const traits = {
  weight: z.enum(nameWeights).optional(),
  coined: z.literal(true).optional(),
  closed: z.literal(true).optional(),
  'keeps-first': z.literal(true).optional(),
  source
}

const domainsShape = z.strictObject({
  name: z.array(z.strictObject({ name: label, ...traits })),
  names: z.array(z.strictObject({ names: z.array(label).min(1), ...traits })),
  provider: z.array(z.strictObject({ name: z.string(), domains: z.array(domain).min(1), free: z.literal(true).optional(), source })),
  free: z.strictObject({ providers: z.array(z.string()), not: z.array(domain), source })
})
const existsShape = z.strictObject({
  exists: z.array(z.strictObject({ domains: z.array(domain).min(1), reason: z.string().min(1), source }))
})
const wellKnownShape = z.strictObject({ domains: z.array(domain), source })
const suffixesShape = z.strictObject({
  common: z.array(suffix),
  doubled: z.array(suffix),
  parted: z.array(suffix),
  source,
  reserved: z.strictObject({ names: z.array(label), source })
})
const mailboxesShape = z.strictObject({
  mailbox: z.array(
    z.strictObject({
      providers: z.array(z.string()).optional(),
      domains: z.array(z.union([domain, z.string().regex(/^[a-z0-9-]+\.\*$/)])),
      not: z.array(domain).optional(),
      tag: z.string().length(1).optional(),
      'shared-tag': z.string().length(1).optional(),
      ignored: z.string().min(1).optional(),
      same: z.string().min(2).optional(),
      domain: domain.optional(),
      subdomains: z.literal(true).optional(),
      note: z.string().optional(),
      source,
      verified: day
    })
  )
})
const rolesShape = z.strictObject({
  role: z.array(z.strictObject({ id: z.string().regex(/^[a-z-]+$/), names: z.array(z.string().regex(/^[\p{Ll}0-9]+$/u)).min(1), source }))
})
const keepShape = z.strictObject({ keep: z.array(z.strictObject({ domains: z.array(domain).min(1), reason: z.string().min(1), source })) })

const nothing: Addresses = {
  names: [],
  others: [],
  exists: [],
  wellKnown: [],
  free: [],
  suffixes: { common: [], doubled: [], parted: [], reserved: [] },
  mailboxes: [],
  roles: []
}

/** The line on which this value stands in quotes. */
const lineWith = (text: string, value: string): number => Math.max(1, text.split('\n').findIndex((line) => line.includes(`"${value}"`)) + 1)

/** Of an issue at `role.3.names.0` in this data: the value there, or the nearest name above it, that a line can be found by. */
const valueAt = (data: unknown, path: readonly PropertyKey[]): string => {
  let at: unknown = data
  let found = ''
  for (const key of path) {
    if (typeof at !== 'object' || at === null) break
    at = Reflect.get(at, key)
    if (typeof at === 'string') found = at
    else if (typeof at === 'object' && at !== null) {
      const named = ['id', 'name'].map((field) => Reflect.get(at as object, field)).find((value) => typeof value === 'string')
      if (typeof named === 'string') found = named
    }
  }
  return found
}

const read = <T>(root: string, name: string, shape: z.ZodType<T>, problems: Problem[]): { file: TomlFile; data: T } | undefined => {
  const file = readToml(join(root, 'addresses', `${name}.toml`), problems)
  if (file === undefined) return undefined
  const parsed = shape.safeParse(file.data)
  if (parsed.success) return { file, data: parsed.data }
  for (const { path, message } of parsed.error.issues)
    problems.push({
      file: file.path,
      line: lineWith(file.text, valueAt(file.data, path)),
      message: `${path.map(String).join('.')}: ${message}`
    })
  return undefined
}

const realSuffix = (domain: string): string | undefined => {
  const { real, suffix } = partsOf(domain)
  return real ? suffix : undefined
}

/** The same value twice in one list, or in two lists that must not share: the second is a problem. */
const refuseDoubles = (file: TomlFile, lists: readonly (readonly string[])[], problems: Problem[]): void => {
  const seen = new Set<string>()
  for (const value of lists.flat()) {
    if (seen.has(value)) problems.push({ file: file.path, line: lineWith(file.text, value), message: `${value} stands here twice` })
    seen.add(value)
  }
}

/** The data that the core loads, and the domains that are never disposable. Origins are those of knowledge/providers. */
export const readAddresses = (
  root: string,
  origins: readonly Origin[],
  problems: Problem[]
): { readonly addresses: Addresses; readonly kept: ReadonlySet<string> } => {
  const domains = read(root, 'domains', domainsShape, problems)
  const exists = read(root, 'exists', existsShape, problems)
  const wellKnown = read(root, 'well-known', wellKnownShape, problems)
  const suffixes = read(root, 'suffixes', suffixesShape, problems)
  const mailboxes = read(root, 'mailboxes', mailboxesShape, problems)
  const roles = read(root, 'roles', rolesShape, problems)
  const keep = read(root, 'not-disposable', keepShape, problems)
  if (!domains || !exists || !wellKnown || !suffixes || !mailboxes || !roles || !keep) return { addresses: nothing, kept: new Set() }

  const providers = origins.filter(({ kind }) => kind === 'provider')
  const known = (id: string, { file }: { file: TomlFile }): void => {
    if (!providers.some((provider) => provider.id === id))
      problems.push({ file: file.path, line: lineWith(file.text, id), message: `${id} is no provider of knowledge/providers` })
  }
  for (const id of domains.data.free.providers) known(id, domains)
  for (const id of mailboxes.data.mailbox.flatMap((rule) => rule.providers ?? [])) known(id, mailboxes)

  const own = domains.data.provider.flatMap((provider) => provider.domains)
  refuseDoubles(domains.file, [own], problems)
  const all = [...new Set([...providers.flatMap((provider) => provider.domains ?? []), ...own])]
  const existing = exists.data.exists.flatMap((entry) => entry.domains)
  refuseDoubles(exists.file, [existing], problems)
  for (const name of existing)
    if (all.includes(name))
      problems.push({ file: exists.file.path, line: lineWith(exists.file.text, name), message: `${name} is a provider's domain already` })
  refuseDoubles(roles.file, [roles.data.role.flatMap(({ names }) => names)], problems)
  refuseDoubles(wellKnown.file, [wellKnown.data.domains], problems)
  for (const ending of [...suffixes.data.common, ...suffixes.data.doubled, ...suffixes.data.parted])
    if (realSuffix(`nameless.${ending}`) !== ending)
      problems.push({ file: suffixes.file.path, line: lineWith(suffixes.file.text, ending), message: `${ending} is no public suffix` })

  type Traits = Pick<(typeof domains.data.name)[number], 'weight' | 'coined' | 'closed' | 'keeps-first'>
  const traitsOf = new Map<string, Traits>()
  for (const entry of [
    ...domains.data.name,
    ...domains.data.names.flatMap(({ names, ...rest }) => names.map((name) => ({ name, ...rest })))
  ]) {
    const before = traitsOf.get(entry.name)
    if (before?.weight !== undefined && entry.weight !== undefined)
      problems.push({
        file: domains.file.path,
        line: lineOf(domains.file.text, 'name', entry.name),
        message: `${entry.name} has a weight already`
      })
    traitsOf.set(entry.name, { ...before, ...entry })
  }
  const names = new Map<string, string[]>()
  const others: string[] = []
  for (const name of all) {
    const ending = realSuffix(name)
    const stem = ending === undefined ? undefined : name.slice(0, -ending.length - 1)
    if (ending === undefined || stem === undefined || stem.includes('.')) others.push(name)
    else names.set(stem, [...(names.get(stem) ?? []), ending])
  }
  for (const name of traitsOf.keys())
    if (!names.has(name))
      problems.push({
        file: domains.file.path,
        line: lineWith(domains.file.text, name),
        message: `no provider has a domain with the name ${name}`
      })

  const mailNames = [...names].map(([name, endings]): MailName => {
    const traits = traitsOf.get(name)
    return {
      name,
      weight: (traits?.weight ?? 'usual') satisfies NameWeight,
      ...(traits?.coined ? { coined: true } : {}),
      ...(traits?.closed ? { closed: true } : {}),
      ...(traits?.['keeps-first'] ? { keepsFirst: true } : {}),
      suffixes: endings
    }
  })
  const free = new Set(
    [
      ...providers.filter(({ id }) => domains.data.free.providers.includes(id)).flatMap((provider) => provider.domains ?? []),
      ...domains.data.provider.filter((provider) => provider.free).flatMap((provider) => provider.domains)
    ].filter((name) => !domains.data.free.not.includes(name))
  )
  const kept = keep.data.keep.flatMap((entry) => entry.domains)
  refuseDoubles(keep.file, [kept], problems)
  return {
    addresses: {
      names: mailNames,
      others,
      exists: existing,
      wellKnown: wellKnown.data.domains,
      free: [...free],
      suffixes: {
        common: suffixes.data.common,
        doubled: suffixes.data.doubled,
        parted: suffixes.data.parted,
        reserved: suffixes.data.reserved.names
      },
      mailboxes: mailboxes.data.mailbox.map(
        ({ 'shared-tag': sharedTag, note: _note, source: _source, verified: _verified, ...rule }): MailboxRule => ({
          domains: rule.domains,
          ...(rule.providers === undefined ? {} : { providers: rule.providers }),
          ...(rule.not === undefined ? {} : { not: rule.not }),
          ...(rule.tag === undefined ? {} : { tag: rule.tag }),
          ...(sharedTag === undefined ? {} : { sharedTag }),
          ...(rule.ignored === undefined ? {} : { ignored: rule.ignored }),
          ...(rule.same === undefined ? {} : { same: rule.same }),
          ...(rule.domain === undefined ? {} : { domain: rule.domain }),
          ...(rule.subdomains === undefined ? {} : { subdomains: rule.subdomains })
        })
      ),
      roles: roles.data.role.map(({ id, names: parts }) => ({ id, names: parts }))
    },
    kept: new Set([...kept, ...all, ...wellKnown.data.domains])
  }
}
