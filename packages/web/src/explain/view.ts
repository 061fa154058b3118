import {
  type Answer,
  type Check,
  type Diagnosis,
  type Explainer,
  type Origin,
  type Role,
  surenessText,
  waitText,
  wantsTranscript
} from '@whybounce/core'
import type { PackedTool } from '../knowledge/unpack.ts'
import { base, causePath, codePath, providerPath, toolPath } from '../page/paths.ts'
import { type Excerpt, excerptOf } from './excerpt.ts'
import { printable } from './printable.ts'

/**
 * An answer as the page shows it: words and links, ready to be put on a card. Same words and order as the command line.
 */
export type Link = { readonly text: string; readonly href: string }

export type View = {
  readonly tone: 'hard' | 'soft' | 'block' | 'technical' | 'outcome' | 'none'
  readonly kicker: string
  readonly title: string
  readonly times: number
  readonly happened: readonly string[]
  /** Whom a bounce message is about, as far as a card has room for them. */
  readonly recipients: readonly string[]
  readonly moreRecipients: number
  readonly party: { readonly title: string; readonly says: string }
  readonly action: { readonly title: string; readonly says: string }
  readonly sure: string
  readonly sureness: string
  readonly evidence?: { readonly rule: Link; readonly source: string; readonly verified: string }
  readonly excerpt?: Excerpt
  readonly where: readonly string[]
  readonly permanence?: string
  readonly first: readonly string[]
  readonly role: Role
  readonly fixes: readonly { readonly role: Role; readonly title: string; readonly steps: readonly string[] }[]
  readonly checks: readonly Check[]
  readonly not: readonly string[]
  readonly notes: readonly string[]
  readonly similar: readonly Link[]
  readonly more: readonly Link[]
  readonly pages: readonly Link[]
  readonly seeMore: readonly Link[]
}

const sureWords = { certain: 'Certain', likely: 'Likely', weak: 'Weak', none: 'Cannot tell' } as const

/** More names than this fill a telephone's screen; the command line shows as many. */
const maxRecipients = 8

/** More similar codes than this are a list, not a hint. */
const maxSimilar = 12

const isAddress = (link: string): boolean => link.startsWith('https://')

export const viewOf = ({ diagnoser, codes }: Explainer, tools: readonly PackedTool[], answer: Answer): View => {
  const { diagnosis, advice, code } = answer
  const { knowledge } = diagnoser
  const evidence = diagnosis.evidence[0]
  const isCode = code !== undefined && answer.text === code.code
  const known = diagnosis.cause !== 'undetermined'
  const rule = diagnoser.ruleOf(evidence?.rule ?? '')
  const originOf = (id: string | undefined): Origin | undefined => knowledge.origins.find((origin) => origin.id === id)
  const origins = [originOf(diagnosis.provider), originOf(diagnosis.software)].filter((origin) => origin !== undefined)
  const ruleOrigin = rule === undefined ? undefined : knowledge.origins[rule.origin]
  const role = advice.role
  const own = [
    ...new Set([...(advice.first === undefined ? [] : [advice.first]), ...(isCode && code.kind !== 'error' ? (code.advice ?? []) : [])])
  ]
  const fixes = advice.fixes.map(({ role, title, steps }) => ({ role, title, steps: steps.filter((step) => !own.includes(step)) }))
  const recipients = [...new Set(answer.recipients ?? [])]
  const met = new Map([diagnosis.status, diagnosis.replyCode?.toString(), code?.code].map((name) => [codes.find(name ?? ''), name]))
  return {
    tone: diagnosis.confidence === 'none' ? 'none' : diagnosis.group,
    kicker: diagnosis.confidence === 'none' ? 'No cause told' : advice.group.title,
    title: isCode ? `${code.code}: ${code.title}` : advice.title,
    times: answer.times,
    happened: isCode ? [code.means, ...(known ? [`Most likely: ${advice.title}. ${advice.happened}`] : [])] : [advice.happened],
    recipients: recipients.slice(0, maxRecipients).map(printable),
    moreRecipients: Math.max(0, recipients.length - maxRecipients),
    party:
      advice.also === undefined
        ? advice.party
        : { title: `${advice.party.title}, or ${lowerFirst(advice.also.title)}`, says: `${advice.party.says} ${advice.also.says}` },
    action: {
      title: [advice.action.title, waitText(diagnosis.retryAfter)].filter((words) => words !== '').join(', '),
      says: advice.action.says
    },
    sure: sureWords[diagnosis.confidence],
    sureness: surenessText(diagnosis),
    ...(evidence === undefined || evidence.source === ''
      ? {}
      : {
          evidence: {
            rule: { text: evidence.rule, href: rulePath(ruleOrigin, evidence.rule, diagnosis) },
            source: evidence.source,
            verified: evidence.verified
          }
        }),
    // A notice of delivery has no error text; the words that decided are all of it.
    ...(isCode ? {} : { excerpt: excerptOf(answer.text === '' ? (evidence?.words ?? '') : answer.text, evidence?.span) }),
    where: [
      ...new Set([
        ...origins.map(({ name }) => name),
        ...[diagnosis.stage && knowledge.stages[diagnosis.stage]?.title].filter((title) => title !== undefined)
      ])
    ],
    ...(diagnosis.permanence === undefined ? {} : { permanence: diagnosis.permanence }),
    first: own,
    role: fixes.some((entry) => entry.role === role) ? role : (fixes[0]?.role ?? role),
    fixes,
    checks: advice.checks,
    not: advice.not,
    notes: isCode ? (code.notes ?? []) : [],
    similar: (code === undefined ? [] : codes.similar(code.code))
      .slice(0, maxSimilar)
      .map((other) => ({ text: `${other.code} ${other.title}`, href: codePath(other.code) })),
    more:
      diagnosis.link !== undefined && isAddress(diagnosis.link) ? [{ text: new URL(diagnosis.link).hostname, href: diagnosis.link }] : [],
    pages: [
      ...(known
        ? [
            {
              text: `Cause: ${advice.title}`,
              href: causePath(diagnosis.cause, advice.title === diagnoser.causeOf(diagnosis.cause).title ? undefined : diagnosis.detail)
            }
          ]
        : []),
      ...origins.map(({ id, name }) => ({ text: name, href: providerPath(id) })),
      ...[...met].flatMap(([entry, name]) => (entry === undefined ? [] : [{ text: `Code ${name}`, href: codePath(entry.code) }]))
    ],
    seeMore: wantsTranscript(diagnosis) ? toolLinks(tools, diagnosis.software) : []
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** A rule is shown on the page of whoever says it; general phrases, and what a message says by its form, on their cause's page. */
const rulePath = (origin: Pick<Origin, 'id' | 'kind'> | undefined, rule: string, { cause, detail }: Diagnosis): string => {
  if (origin === undefined && rule.startsWith('message.')) return causePath(cause, detail)
  if (origin === undefined || origin.kind === 'code') return `${base}codes/`
  return origin.kind === 'general' ? causePath(cause, rule) : `${providerPath(origin.id)}#${rule}`
}

/** As many as can be looked over at once; the rest stands on its page. */
const maxTools = 10

const toolLinks = (tools: readonly PackedTool[], software: string | undefined): Link[] => [
  ...tools
    .toSorted((a, b) => Number(b.id === software) - Number(a.id === software))
    .slice(0, maxTools)
    .map(({ id, name }) => ({ text: name, href: toolPath(id) })),
  ...(tools.length > maxTools ? [{ text: `All ${tools.length} …`, href: `${base}see-more/` }] : [])
]
