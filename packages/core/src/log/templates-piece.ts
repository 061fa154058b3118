/** What stands for a part that differs. */
export const variable = '…'

/** In clock times and IPv6 addresses the colon separates nothing. */
const times = /(?<![\w.:])(?:\d{4}-\d\d-\d\dT)?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?![\w:])/g
const mayBeIpv6 = /(?<![\w:.])[0-9A-Fa-f:]{3,40}(?:\.\d{1,3}){0,4}(?![\w:])/g
/** A name in a foreign script (RFC 2047). */
const encodedWords = /=\?[^\s?]{1,40}\?[BbQq]\?[^\s?]{0,200}\?=/g
/** Up to where the words around an address or a URL begin again; tried once a word, since a long one may hold no `@`. */
const addresses = /(?:(?<![^\s<>()[\]{},;:"'=…])[^\s<>()[\]{},;:"'=…]{1,256}|…)@(?:[^\s<>()[\]{},;:"'…]{1,255}|\[[^\s[\]]{1,80}\])/g
const urls = /\b[a-z]{3,6}:\/\/[^\s<>"'…]{1,2000}|\bwww\.[^\s<>"'…]{1,2000}/gi
/** What may be one name, number or id. */
const runs = /[^\s<>()[\]{},;:"'`=*!?|…]+/g

const status = /^#?[245]\.\d{1,3}\.\d{1,3}$/
/** Numbers, dates, IPv4 addresses, shares, sizes. */
const number = /^[-+#~]?\d[\d./+,-]*(?:%|[A-Za-z]{1,3})?$/
/** Codes that a provider tells its reasons by: capitals, then a few digits. Ids have them in turn, hosts in small letters. */
const shortCode = /^(?:#?[A-Z]{1,8}[-_#]?\d{1,4}(?:[-_]\d{1,4})?|IPv[46])$/
const classOfCodes = /^[2345]xx$/i
const lowerHost = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,20}\.(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})$/
/** Exchange writes its errors so too (`RESOLVER.ADR`), though never with three names in capitals. */
const upperHost = /^[A-Z0-9_-]{1,63}(?:\.[A-Z0-9_-]{1,63}){1,20}\.[A-Z]{2,24}$/
const path = /^(?:\/[^/]+){2,}\/?$/
/** An id in base64 without a digit changes its case as no word does, `LastAttemptedServerName` included. */
export const minRandom = 16
const maxCaseChanges = 5
const caseChanges = (core: string): number => core.match(/[a-z][A-Z]/g)?.length ?? 0
/** No word of a language is longer (`Zustellbenachrichtigungsfehler` has 30 letters) where words are set apart by blanks. */
const maxPlain = 40
const isAscii = (text: string): boolean => /^[ -~]*$/.test(text)

/** `:25:` behind an address is a port. */
const isIpv6 = (part: string): boolean => {
  const groups = part.split(':')
  return groups.length > 2 && (part.includes('::') ? part.length > 3 : groups.length > 3 && groups.every((group) => group !== ''))
}

const maskRun = (run: string): string => {
  let end = run.length
  while (end > 0 && '.-+/#\\&'.includes(run[end - 1] ?? '')) end--
  const core = run.slice(0, end)
  const masked = core === '' || !isVariablePart(core) ? core : variable
  return masked + run.slice(end)
}

const isVariablePart = (core: string): boolean => {
  if (core.length > maxPlain && isAscii(core)) return true
  if (/\d/.test(core)) {
    if (number.test(core)) return !status.test(core) && !classOfCodes.test(core)
    return !shortCode.test(core) && !(core.startsWith('#') && status.test(core))
  }
  if (core.includes('.') && (lowerHost.test(core) || upperHost.test(core))) return true
  if (core.startsWith('/') && path.test(core)) return true
  return core.length >= minRandom && caseChanges(core) >= maxCaseChanges
}

/** `TO:550`: a reply right behind the name of its command. */
const replyBehindColon = /:[245]\d\d$/

/**
 * A word, or a part of one, with `…` for what differs from message to message. `before`: the word before it, already masked. Time grows
 * with the length.
 */
export const maskPiece = (word: string, before: string): string => {
  let text = word
  if (text.includes('://') || text.includes('www.') || text.includes('WWW.'))
    text = text.replace(urls, (url) => variable + (/[).,;:\]!?]+$/.exec(url)?.[0] ?? ''))
  if (text.includes('=?')) text = text.replace(encodedWords, variable)
  if (text.includes('@')) text = text.replace(addresses, (address) => variable + (/[.!?]$/.exec(address)?.[0] ?? ''))
  if (text.includes(':') && /\d|::/.test(text)) {
    text = text.replace(times, variable).replace(mayBeIpv6, (part) => (isIpv6(part) ? variable : part))
    if (replyBehindColon.test(text)) return text.slice(0, -3).replace(runs, maskRun) + text.slice(-3)
  }
  if (/^\d{3}-?$/.test(text) && before.startsWith(text.slice(0, 3))) return text
  return text.replace(runs, maskRun)
}
