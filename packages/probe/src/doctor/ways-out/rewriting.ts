import { waysOut } from '@whybounce/core'
import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import type { Session } from '../server/session.ts'

/**
 * Marks that a firewall or a program on this machine leaves on what a server says. Pure readers of hostile text: they look at a
 * bounded beginning of it, in linear time, and never throw.
 */

/** Bytes of a greeting that are looked at: a line has 512 (RFC 5321 §4.5.3.1.5). */
const maxGreeting = 2_048
/** Lines of an EHLO reply that are looked at; servers offer a dozen keywords. */
const maxLines = 100
/** Keywords shown: the rest of a reply full of them says nothing more. */
const maxShown = 10

const masked = /^[*20 .\r\n-]*$/

/**
 * A greeting that was covered with asterisks. Cisco PIX and ASA leave 2, 0, blanks and line ends as they are
 * (`220 **************2******0*****`), since the code must stay.
 */
export const isMaskedBanner = (greeting: string): boolean => {
  const said = greeting.slice(0, maxGreeting)
  if (!said.startsWith('220')) return false
  const words = said.slice(3)
  const stars = words.split('*').length - 1
  return stars >= 5 && stars * 2 > words.trim().length && masked.test(words)
}

/** Nothing but X; ASA counts what it overwrote by a last letter: XXXXXXXA, XXXB. No registered keyword looks like that. */
const overwritten = /^X{3,}[A-Z]?$|^X{2,}[A-Z]$/

/** Keywords of an EHLO reply that were overwritten with X, as the ESMTP inspection of Cisco ASA does (`250-XXXXXXXA`). */
export const maskedKeywords = (ehlo: string): readonly string[] =>
  ehlo
    .slice(0, maxLines * 512)
    .split('\n')
    .slice(1, maxLines)
    .map((line) => /^250[ -]([A-Z]+)/.exec(line)?.[1] ?? '')
    .filter((keyword) => overwritten.test(keyword))

/** The program or device that made a certificate, by its issuer; undefined where it is nobody known for looking into mail. */
export const interceptorOf = (issuer: string): string | undefined =>
  waysOut.interceptors.find((one) => one.issuer.some((words) => issuer.includes(words)))?.name

/** What somebody in the middle did to the words of this server; nothing where it speaks for itself. */
export const rewriteFindings = (session: Session): readonly Finding[] => {
  const { at, greeting, refused, ehlo, capabilities, tls } = session
  const about = `${at.host} [${at.address}]:${at.port}`
  const found: Finding[] = []
  const add = (code: FindingCode, evidence: readonly string[], values: Readonly<Record<string, string>> = {}): void =>
    void found.push(finding(code, evidence, { host: at.host, ...values }, { about }))

  const banner = greeting ?? (refused?.stage === 'greeting' ? refused : undefined)
  if (banner !== undefined && isMaskedBanner(banner.text)) add('rewrite.banner-masked', [banner.text])

  const keywords = ehlo === undefined ? [] : maskedKeywords(ehlo.text)
  if (keywords.length > 0) {
    const shown = { keywords: keywords.slice(0, maxShown).join(', ') }
    const evidence = [`EHLO: ${shown.keywords}`]
    const hidesStartTls = tls === undefined && !capabilities.has('STARTTLS') && keywords.some(({ length }) => length === 'STARTTLS'.length)
    add(hidesStartTls ? 'rewrite.starttls-masked' : 'rewrite.keywords-masked', evidence, shown)
  }

  const issuer = tls?.certificate?.issuer
  const product = issuer === undefined ? undefined : interceptorOf(issuer)
  if (product !== undefined) add('rewrite.security-software', [`issuer of the certificate: ${issuer}`], { product })
  return found
}
