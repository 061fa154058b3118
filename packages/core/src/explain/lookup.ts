import type { Cause, Code, Knowledge, Rule } from '../knowledge/knowledge.ts'

/** Finds what is known about a bare code: `550`, `5.1.1`, `447`, `111`, `ECONNREFUSED`, `0x800CCC0F`, `S3140`. */
export type CodeFinder = {
  /** The entry of a code, or undefined. Case and the class of an enhanced status code do not matter. */
  readonly find: (code: string) => Code | undefined
  /** Codes that people confuse with this one, or that stand beside it in the registries. */
  readonly similar: (code: string) => readonly Code[]
  readonly all: readonly Code[]
}

const titleOf = (causes: readonly Cause[], rule: Rule): string => {
  const cause = causes.find(({ id }) => id === rule.cause)
  return cause?.details.find(({ id }) => id === rule.detail)?.title ?? cause?.title ?? rule.cause
}

/** Rules with a name of their own (client errors, provider tags) are codes to those who look them up. */
const codeOfRule = (rule: Rule, { causes, sources }: Knowledge): Code => ({
  code: rule.code ?? '',
  kind: 'error',
  title: rule.title ?? titleOf(causes, rule),
  means: rule.means ?? rule.advice ?? '',
  cause: rule.cause,
  ...(rule.fix === undefined ? {} : { advice: rule.fix }),
  ...(rule.detail === undefined ? {} : { detail: rule.detail }),
  ...(rule.why === undefined ? {} : { notes: rule.why }),
  sources: [sources[rule.source] ?? ''],
  verified: rule.verified
})

export const buildCodeFinder = (codes: readonly Code[], knowledge: Knowledge): CodeFinder => {
  const byName = new Map<string, Code>()
  for (const rule of knowledge.rules)
    if (rule.code !== undefined && !byName.has(rule.code.toLowerCase())) byName.set(rule.code.toLowerCase(), codeOfRule(rule, knowledge))
  for (const code of codes) byName.set(code.code.toLowerCase(), code)
  const all = [...byName.values()]

  const find = (code: string): Code | undefined => {
    const name = code.trim().toLowerCase()
    const exact = byName.get(name)
    if (exact !== undefined) return exact
    const status = /^[245x]\.(\d{1,3}\.\d{1,3})$/.exec(name)
    return status === null ? undefined : byName.get(`x.${status[1]}`)
  }

  const similar = (code: string): readonly Code[] => {
    const entry = find(code)
    if (entry === undefined) return []
    const related = (other: Code): boolean =>
      other !== entry &&
      (other.is === entry.code ||
        entry.is === other.code ||
        (entry.is !== undefined && other.code === entry.is.replace(/^\d/, 'x')) ||
        (other.cause !== undefined &&
          other.cause === entry.cause &&
          other.kind === entry.kind &&
          other.code.slice(0, 2) === entry.code.slice(0, 2)) ||
        (entry.kind === 'reply' &&
          other.kind === 'status' &&
          !/^x\.\d\.0$/.test(other.code) &&
          (other.reply ?? []).map(String).includes(entry.code)))
    return all.filter(related)
  }

  return { find, similar, all }
}

/** Whether a text is nothing but a code, and which: quotes, `error`, `code`, `#` and the like around it are taken off. */
export const bareCode = (text: string): string | undefined => {
  const name = text
    .trim()
    .replace(/^(?:smtp\s+)?(?:error|code|status|errno|reply|err)(?:\s+code)?\s*[:=#]?\s*/i, '')
    .replace(/^["'`([#-]+|["'`)\].,:;-]+$/g, '')
  if (/^-?\d{2,5}$/.test(name)) return name.replace('-', '')
  if (/^[245xX]\.\d{1,3}\.\d{1,3}$/.test(name)) return name
  if (/^0x[0-9a-f]{8}$/i.test(name)) return name
  if (/^[A-Z][A-Z0-9_]{2,40}$/.test(name) || /^[A-Z]{1,5}\d{2,6}$/i.test(name)) return name
  return undefined
}
