import { lint } from '../knowledge/lint.generated.ts'
import type { Headers } from '../message/headers.ts'
import type { Body } from './body.ts'
import type { Add } from './checking.ts'
import { type Look, shown } from './look.ts'
import type { Signature } from './signatures.ts'

export type Bulk = {
  readonly is: boolean
  /** By what it is told, or that the caller said it. */
  readonly why: string
  /** Members write to each other: nobody's marketing. */
  readonly discussion: boolean
  /** A program writes to one person about something that happened (RFC 3834 §5): no campaign, and not what one click is asked of. */
  readonly automatic: boolean
  /** Where the text offers to unsubscribe. */
  readonly link?: string
  /** URIs of List-Unsubscribe (RFC 2369 §3.2). */
  readonly uris: readonly string[]
}

const maxUris = 20
/** Where the words of a plain text offer a link: in a short line near the end, with the address in it or in the next one. */
const maxFooter = 4_000
const maxFooterLine = 200
/** Settings are offered below receipts and notices too: they serve as a link to unsubscribe, and tell nothing about what kind of mail it is. */
const settings = /preference|settings/i
/** The words of a link that offers this and nothing else. */
const maxLinkWords = 60

const says = (given: string): boolean => {
  const low = given.toLowerCase()
  return lint.unsubscribeWords.some((word) => low.includes(word))
}

const footerOffers = (text: string): boolean => {
  const lines = text.slice(-maxFooter).split('\n')
  return lines.some(
    (line, index) =>
      line.length <= maxFooterLine &&
      says(line) &&
      // In the next lines it stands alone: people write of unsubscribing, too, and of some page below.
      (/(?:https?:|mailto:)/i.test(line) ||
        lines.slice(index + 1, index + 3).some((next) => /^\s{0,20}[<([]?(?:https?:|mailto:)\S+\s*$/i.test(next)))
  )
}

/** Somebody answers or passes on. */
export const isAnswerOrForward = (headers: Headers): boolean =>
  headers.has('in-reply-to') ||
  headers.has('references') ||
  /^\s*(?:re|fwd?|aw|wg|tr|sv|vs|antw|rif|odp)\s*:/i.test(headers.text('subject') ?? '')

/** `sure`: the words say that it is for unsubscribing; an address with such a word in it may be about anything. */
const unsubscribeLink = ({ links, plain }: Body): { readonly href: string; readonly sure: boolean } | undefined => {
  const named = links.filter(({ text }) => text.length <= maxLinkWords && says(text))
  const worded = named.find(({ text }) => !settings.test(text)) ?? named[0]
  if (worded !== undefined && !settings.test(worded.text)) return { href: worded.href, sure: true }
  if (plain.some((part) => footerOffers(part.text()))) return { href: 'the text', sure: true }
  const addressed = worded ?? links.find(({ href }) => says(href))
  return addressed === undefined ? undefined : { href: addressed.href, sure: false }
}

/** RFC 2369 §3.4 has a field for it, which not all list servers write; a post also goes to the list's own address, which its List-Id tells. */
const isDiscussion = (headers: Headers, precedence: string): boolean => {
  const post = headers.get('list-post')
  // Substack names the page of a newsletter there.
  if (post !== undefined) return /mailto:/i.test(post)
  if (headers.has('x-mailing-list') || headers.has('mailing-list')) return true
  const id = headers.get('list-id')
  if (id === undefined) return false
  const list = /<([^<>\s]{1,400})>/.exec(id.slice(0, 1_000))?.[1]?.toLowerCase().replace('.', '@') ?? ''
  const to = ['to', 'cc'].map((name) => (headers.get(name) ?? '').slice(0, 65_536)).join(' ')
  return (
    precedence === 'list' ||
    headers.has('in-reply-to') ||
    headers.has('references') ||
    (list.includes('@') && to.toLowerCase().includes(list))
  )
}

/** Whether it is bulk mail: as the caller says, else by its fields, else by its offer to unsubscribe. */
export const readBulk = (look: Look, body: Body, tag: string | undefined, said: boolean | undefined): Bulk => {
  const { headers } = look
  const link = unsubscribeLink(body)
  const uris = [...(headers.get('list-unsubscribe') ?? '').slice(0, 16_384).matchAll(/<\s*([^<>]{1,4096}?)\s*>/g)]
    .slice(0, maxUris)
    .map(([, uri = '']) => uri)
  const precedence = (headers.get('precedence') ?? '').trim().toLowerCase()
  const isAutomatic = /^auto-/i.test(headers.get('auto-submitted') ?? '')
  // A forwarded newsletter keeps its link and is one person's mail.
  const isAnswer = isAnswerOrForward(headers)
  const signs = [
    headers.has('list-unsubscribe') ? 'it has List-Unsubscribe' : undefined,
    headers.has('list-id') ? 'it has List-Id' : undefined,
    // Programs that write to one person set it too (a list's "not a member", cron, vacation), without HTML.
    (precedence === 'bulk' || precedence === 'list') && !isAutomatic && !isAnswer && body.html.length > 0
      ? `it has Precedence: ${precedence}`
      : undefined,
    tag === undefined || headers.has('in-reply-to') ? undefined : 'it has an unsubscribe tag',
    link?.sure && !isAnswer ? 'it offers to unsubscribe' : undefined
  ].filter((sign) => sign !== undefined)
  return {
    is: said ?? signs.length > 0,
    why: said === undefined ? (signs[0] ?? 'nothing tells that it is bulk mail') : said ? 'you said so' : 'you said it is none',
    automatic: isAutomatic,
    discussion: isDiscussion(headers, precedence),
    ...(link === undefined ? {} : { link: link.href }),
    uris
  }
}

/** What receivers ask of bulk mail: List-Unsubscribe, one click (RFC 8058), a link in the text. A tag that is still to be filled counts as link. */
export const checkBulk = (
  { headers }: Look,
  bulk: Bulk,
  signatures: readonly Signature[],
  tag: string | undefined,
  domain: string,
  add: Add
): void => {
  if (!bulk.is) return
  add('lint.bulk', [], { why: bulk.why })
  const { uris, discussion, automatic, link } = bulk
  const written = headers.get('list-unsubscribe')
  // A platform that fills in a tag adds the fields itself.
  const isTemplate = tag !== undefined && signatures.length === 0
  if (written === undefined) {
    if (!isTemplate && !discussion) add('lint.list-unsubscribe-missing', [], { domain })
  } else if (!uris.some((uri) => /^(?:https?|mailto):/i.test(uri)))
    add('lint.list-unsubscribe-invalid', [`List-Unsubscribe: ${shown(written)}`])
  else checkOneClick(headers.get('list-unsubscribe-post'), written, bulk, signatures, add)
  if (link === undefined && tag === undefined && !discussion && !automatic) add('lint.unsubscribe-link-missing', [])
}

const checkOneClick = (
  post: string | undefined,
  written: string,
  { uris, discussion, automatic }: Bulk,
  signatures: readonly Signature[],
  add: Add
): void => {
  const evidence = [`List-Unsubscribe: ${shown(written)}`]
  if (post === undefined) {
    if (!discussion && !automatic) add('lint.one-click-missing', evidence)
    return
  }
  const both = [...evidence, `List-Unsubscribe-Post: ${shown(post)}`]
  if (!/^\s*List-Unsubscribe\s*=\s*One-Click\s*$/i.test(post)) add('lint.one-click-invalid', both)
  else if (!uris.some((uri) => /^https:/i.test(uri))) add('lint.one-click-no-https', both)
  else {
    const fields = ['list-unsubscribe', 'list-unsubscribe-post']
    const covers = (signature: Signature): boolean => fields.every((name) => signature.fields.includes(name))
    if (signatures.length > 0 && !signatures.some(covers)) {
      const bare = fields.filter((name) => !signatures.some((signature) => signature.fields.includes(name)))
      add(
        'lint.one-click-unsigned',
        signatures.map(({ domain, fields: own }) => `DKIM-Signature: d=${shown(domain)}; h=${shown(own.join(':'))}`),
        {
          fields: (bare.length === 0 ? fields : bare).join(' and ')
        }
      )
    } else add('lint.one-click-fine', both)
  }
}
