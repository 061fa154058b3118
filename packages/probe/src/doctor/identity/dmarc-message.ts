import type { FindingCode } from '@whybounce/core/finding'
import type { Verified } from './dkim-verify.ts'

type Read = Extract<Verified, { readonly kind: 'read' }>

/** The domain in From, as DMARC takes it. */
export const fromDomain = ({ result }: Read): string | undefined => (result.dmarc === false ? undefined : result.dmarc.status.header?.from)

const dkimWords = ({ result }: Read, from: string): string => {
  const valid = result.dkim.results.filter(({ status }) => status.result === 'pass').flatMap(({ signingDomain }) => signingDomain ?? [])
  if (valid.length > 0) return `DKIM is valid for ${[...new Set(valid)].slice(0, 5).join(', ')}, which is not ${from}.`
  const signed = result.dkim.results.some(({ signingDomain }) => signingDomain !== undefined)
  return signed ? 'No DKIM signature is valid.' : 'There is no DKIM signature.'
}

const spfWords = ({ result, spf }: Read, from: string): string => {
  if (spf === undefined || result.spf === false) return 'SPF was not checked, since the address that it was sent from is not known.'
  const { status, domain = spf.sender } = result.spf
  return status.result === 'pass'
    ? `SPF passes for ${domain}, which is not ${from}.`
    : `SPF for ${domain} from ${spf.ip}: ${status.result}.`
}

/** What is told about a message: code, evidence and the values of its words. */
export type Outcome = {
  readonly code: FindingCode
  readonly evidence: readonly string[]
  readonly values: Readonly<Record<string, string>>
}

/** Why a message that did not pass may pass all the same; undefined where nothing is left open. */
const whatIsOpen = ({ result, spf, signatures }: Read): FindingCode | undefined => {
  if (!signatures.received && signatures.count === 0) return 'dmarc.message-unsent'
  if (result.dkim.results.some(({ status }) => status.result === 'temperror')) return 'dmarc.message-unknown'
  if (spf === undefined) return 'dmarc.message-no-ip'
  return result.spf !== false && result.spf.status.result === 'temperror' ? 'dmarc.message-unknown' : undefined
}

/**
 * DMARC for the message itself (RFC 9989 §4.4): a passing mechanism whose domain is that of From. Undefined where the From domain is
 * the sender's and has no record, which the check of the record tells.
 */
export const dmarcOutcome = (read: Read, sender: string | undefined): Outcome | undefined => {
  const { result } = read
  const { dmarc } = result
  if (dmarc === false) return { code: 'dmarc.bad-from', evidence: [`From: ${result.dmarcSkipReason ?? 'no domain'}`], values: {} }
  const from = fromDomain(read) ?? ''
  const outcome = (code: FindingCode, evidence = [dkimWords(read, from), spfWords(read, from)]): Outcome => ({
    code,
    evidence,
    values: { domain: from }
  })
  switch (dmarc.status.result) {
    case 'pass': {
      const { dkim, spf } = dmarc.alignment ?? {}
      const by = [
        dkim?.result === undefined ? [] : `DKIM of ${dkim.result}`,
        spf?.result === undefined ? [] : `SPF of ${spf.result}`
      ].flat()
      return outcome('dmarc.message-passes', [`passes by ${by.join(' and ')}; From: ${from}`])
    }
    case 'none': {
      const senders = sender !== undefined && (from === sender || from.endsWith(`.${sender}`))
      return senders ? undefined : outcome('dmarc.message-no-record')
    }
    case 'fail':
      return outcome(whatIsOpen(read) ?? 'dmarc.message-fails')
    default:
      return outcome('dmarc.message-unknown')
  }
}
