import { lint } from '../knowledge/lint.generated.ts'
import type { Body } from './body.ts'
import { type Bulk, isAnswerOrForward } from './bulk.ts'
import type { Add } from './checking.ts'
import { type Look, shown } from './look.ts'

/** Of the HTML source and of the text this much is searched. */
const maxSearched = 1_000_000

export type UnsubscribeTag = { readonly platform: string; readonly tag: string }

/** The unsubscribe tag of a sending platform that is still in the message. */
export const findUnsubscribeTag = (look: Look, body: Body): UnsubscribeTag | undefined => {
  const fields = ['list-unsubscribe'].map((name) => look.headers.get(name) ?? '')
  const texts = [...fields, body.text, ...body.html.map(({ source }) => source)]
  const packed = texts.map((text) => decodeSigns(text.slice(0, maxSearched)).replace(/\s+/g, '').toLowerCase()).join('\n')
  // Every tag has one of these signs: most messages are done here.
  if (!/[{[%|]|<uns/.test(packed)) return undefined
  return lint.tags.find(({ tag }) => packed.includes(tag))
}

/** Editors of HTML write `<%` as `&lt;%`, and addresses escape `{` and `|`. */
const decodeSigns = (text: string): string =>
  text.replace(/&(lt|gt);|%(7B|7D|7C|5B|5D|24)/gi, (_, name: string | undefined, hex: string | undefined) =>
    name === undefined ? String.fromCharCode(Number.parseInt(hex ?? '20', 16)) : name.toLowerCase() === 'lt' ? '<' : '>'
  )

/** Placeholders as template languages write them; each with one name in it, and what follows a name (a filter, a fallback). */
const patterns: readonly RegExp[] = [
  /\{\{\{?\s{0,4}(?:var:|\$\{|\.)?([\p{L}_][\p{L}\p{N}_. -]{0,60}?)\s{0,4}(?:[|:?][^{}\n]{0,80})?\}{2,4}/gu,
  /\*\|([A-Z][A-Z0-9_:]{0,60})\|\*/g,
  /%%([\p{L}_][\p{L}\p{N}_. -]{0,60})%%/gu,
  /%recipient\.([\p{L}_][\p{L}\p{N}_.]{0,60})%/gu,
  /\[\[(?:data:|var:)?([\p{L}_][\p{L}\p{N}_ -]{0,60})(?::[^[\]\n]{0,80})?\]\]/gu,
  /<%=?\s{0,4}([\p{L}_][\p{L}\p{N}_. -]{0,60}?)\s{0,4}%>/gu,
  /\$\{([\p{L}_][\p{L}\p{N}_.]{0,60})\}/gu
]
/** Signs that also stand in ordinary text: only with a name of the list. */
const common: readonly RegExp[] = [
  /(?<![\p{L}\d%])%([A-Z][A-Z_-]{1,40})%(?!\d)/gu,
  /(?<![{$])\{([A-Za-z][A-Za-z_ -]{1,40})\}(?!\})/g,
  /(?<!\[)\[([A-Z][A-Z_ ]{1,40})\](?!\])/g
]

/** From here on, also code has them: `<%= %>`, `${}` and the common ones. */
const firstCode = 5

const maxFound = 20

const names = new Set(lint.fields)

/** `code`: signs that programs and reports of programs are full of. */
type Placeholder = { readonly whole: string; readonly named: boolean; readonly code: boolean }

const findPlaceholders = (text: string): Placeholder[] => {
  const found = new Map<string, Placeholder>()
  const searched = text.slice(0, maxSearched)
  if (!/[{[%|]/.test(searched)) return []
  for (const [index, pattern] of [...patterns, ...common].entries())
    for (const match of searched.matchAll(pattern)) {
      const [whole, name = ''] = match
      const named = names.has(name.trim().toLowerCase())
      if (index >= patterns.length && !named) continue
      found.set(whole, { whole, named, code: index >= firstCode })
      if (found.size >= maxFound) return [...found.values()]
    }
  return [...found.values()]
}

const greets =
  'dear|hi|hello|hey|hallo|liebe|lieber|sehr geehrte|sehr geehrter|bonjour|cher|chère|estimado|estimada|hola|ciao|gentile|beste|geachte|olá|caro|cara|hej|kære|hei'
const greeting = new RegExp(`^[ \\t>]{0,10}(?:${greets})[ \\t\\u00a0]{1,4},`, 'im')
const greeted = new RegExp(`^\\s{0,10}(?:${greets})\\s`, 'i')

/** `Dear [NAME]`: a letter, no report. */
const isGreeted = (text: string, whole: string): boolean => {
  const at = text.indexOf(whole)
  const before = text.slice(Math.max(0, at - 40), at)
  return greeted.test(before.slice(before.lastIndexOf('\n') + 1))
}

/** A greeting stands at the beginning. */
const maxGreeting = 3_000

/** Placeholders that nobody filled, in the fields that are read and in the text. */
export const checkPlaceholders = (
  look: Look,
  body: Body,
  tag: UnsubscribeTag | undefined,
  { is: isBulk, discussion }: Bulk,
  add: Add
): void => {
  const { headers } = look
  // People write to each other about templates and code, and quote them.
  if (discussion || (!isBulk && isAnswerOrForward(headers))) return
  const signed = headers.has('dkim-signature')
  // Signed or sent, it has left the platform: nobody fills it any more.
  const isTemplate = tag !== undefined && !signed && !look.sent
  if (tag !== undefined) add(isTemplate ? 'lint.unsubscribe-tag' : 'lint.unsubscribe-tag-unfilled', [shown(tag.tag)], tag)
  const visible = ['subject', 'from', 'to', 'reply-to'].map((name) => headers.text(name) ?? '').join('\n')
  const inFields = findPlaceholders(visible)
  const inText = findPlaceholders(body.text).filter(({ named, code, whole }) => isBulk || (named && (!code || isGreeted(body.text, whole))))
  const inLinks = findPlaceholders(body.links.map(({ href }) => href).join('\n')).filter(() => isBulk)
  const unsubscribe = tag === undefined ? '' : tag.tag
  const open = [...new Set([...inFields, ...inText, ...inLinks].map(({ whole }) => whole))].filter(
    (whole) =>
      unsubscribe === '' ||
      !whole
        .replace(/\s+/g, '')
        .toLowerCase()
        .startsWith(unsubscribe.replace(/[}\]%|>*]+$/, ''))
  )
  const [first] = open
  if (first !== undefined) {
    if (isTemplate) add('lint.merge-fields', open.map(shown), { platform: tag.platform })
    else add('lint.merge-unfilled', open.map(shown), { field: first })
  }
  const texts = [body.plain.map((part) => part.text()).join('\n'), ...body.html.map(({ text }) => text)]
  const empty = texts.map((text) => greeting.exec(text.slice(0, maxGreeting))?.[0]).find((line) => line !== undefined)
  if (empty !== undefined) add('lint.greeting-empty', [shown(empty)])
}
