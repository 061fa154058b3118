import { lint } from '../knowledge/lint.generated.ts'
import { htmlToText } from '../message/html.ts'
import type { Add } from './checking.ts'
import { type HtmlFacts, type HtmlLink, readHtml } from './html-facts.ts'
import { isBody, isFile, type LintPart, type Look, sizeOf } from './look.ts'

/** What is read: the texts of the message, the HTML taken apart. */
export type Body = {
  readonly plain: readonly LintPart[]
  readonly html: readonly { readonly part: LintPart; readonly source: string; readonly facts: HtmlFacts; readonly text: string }[]
  /** All words that a reader sees, plain text before HTML. */
  readonly text: string
  readonly links: readonly (HtmlLink & { readonly where: 'html' | 'text' })[]
}

/** Of links in plain text; more are not looked at. */
const maxTextLinks = 1_000

/** HTML parts that are read; a message has one. */
const maxHtmlParts = 20

export const readBody = ({ parts }: Look): Body => {
  const bodies = parts.filter(isBody)
  const plain = bodies.filter(({ type }) => type === 'text/plain')
  const html = bodies
    .filter(({ type }) => type === 'text/html')
    .slice(0, maxHtmlParts)
    .map((part) => {
      const source = part.text()
      return { part, source, facts: readHtml(source), text: htmlToText(source) }
    })
  const plainText = plain.map((part) => part.text()).join('\n')
  return {
    plain,
    html,
    text: [plainText, ...html.map(({ text }) => text)].join('\n'),
    links: [
      ...html.flatMap(({ facts }) => facts.links.map((link) => ({ ...link, where: 'html' as const }))),
      ...textLinks(plainText).map((href) => ({ href, text: '', where: 'text' as const }))
    ]
  }
}

const textLinks = (text: string): string[] => {
  const found = new Set<string>()
  for (const [url] of text.matchAll(/https?:\/\/[^\s<>"'`\p{C}]{1,2048}/giu)) {
    // A sentence's full stop or bracket is no part of the address.
    found.add(url.replace(/[.,;:!?)\]}*_]{1,20}$/, ''))
    if (found.size >= maxTextLinks) break
  }
  return [...found]
}

/** Words below which images are said to stand for them. */
const fewWords = 12

/** Chinese and Japanese are written without spaces: two of their letters count as a word. */
const unspaced = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]`
const word = new RegExp(`${unspaced}{2}|[\\p{L}\\p{N}]{2,}`, 'gu')

const wordCount = (text: string): number => text.match(word)?.length ?? 0

/** One sign is an answer: `k`, `?`, a thumb. */
const hasSign = (text: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text)

/** Whether there is something to read, in both forms, and whether mail programs show it. */
export const checkBody = (look: Look, body: Body, add: Add): void => {
  const words = wordCount(body.text)
  const isAnswer = look.headers.has('in-reply-to') || look.headers.has('references')
  const images = body.html.flatMap(({ facts }) => facts.images)
  const remote = images.filter((source) => /^(?:https?:)?\/\//i.test(source))
  // A calendar's answer and a message that is passed on may stand alone.
  if (!hasSign(body.text) && images.length === 0 && look.parts.every((part) => isBody(part) && !isFile(part))) add('lint.body-empty', [])
  // A short answer with a logo, or with the image by which an office counts readings, is none.
  else if (remote.length > 0 && words < fewWords && !isAnswer) add('lint.image-only', [`${remote.length} images, ${words} words`])
  const plainWords = body.plain.some((part) => /\S/.test(part.text()))
  const htmlWords = body.html.some(({ text }) => /\S/.test(text))
  if (body.html.length > 0 && body.plain.length === 0) add('lint.html-only', [])
  else if (htmlWords && !plainWords) add('lint.text-part-empty', [])
  for (const one of body.html) checkHtml(look, one, add)
}

const checkHtml = (look: Look, { part, source, facts }: Body['html'][number], add: Add): void => {
  const { label } = part
  if (facts.hidesRest !== undefined) {
    const tag = facts.hidesRest === 'comment' ? '<!--' : `<${facts.hidesRest}>`
    add('lint.html-hidden-rest', [`${label}: ${tag} is not closed`], { tag })
  } else if (facts.unclosed.length > 0) {
    const tags = facts.unclosed.map(({ name, opened, closed }) => `<${name}> (${opened} opened, ${closed} closed)`).join(', ')
    add('lint.html-unclosed', [`${label}: ${tags}`], { tags: facts.unclosed.map(({ name }) => `<${name}>`).join(', ') })
  }
  if (facts.active.length > 0) {
    const tags = facts.active.map((name) => `<${name}>`).join(', ')
    add('lint.html-active', [`${label}: ${tags}`], { tags })
  }
  const { cut, style } = lint.html
  // A long conversation with its quotes is cut too, and nobody minds.
  const size = source.length < cut / 4 ? 0 : part.bytes().length
  if (size > cut && !look.headers.has('in-reply-to') && !look.headers.has('references'))
    add('lint.html-cut', [`${label}: ${sizeOf(size)} of HTML`], { size: sizeOf(size), limit: sizeOf(cut) })
  if (facts.style > style)
    add('lint.style-dropped', [`${label}: ${sizeOf(facts.style)} in style elements`], { size: sizeOf(facts.style), limit: sizeOf(style) })
  const inlined = facts.images.filter((image) => /^data:/i.test(image)).length
  if (inlined > 0) add('lint.image-data', [`${label}: ${inlined} of ${facts.images.length} images`])
}
