import type { FindingCode } from '@whybounce/core/finding'
import type { Check, Report } from '../check.ts'
import { arcOutcome } from './arc-message.ts'
import type { Authentication } from './dkim-mailauth.ts'
import { type Verified, verifyMessage } from './dkim-verify.ts'
import { dmarcOutcome, fromDomain } from './dmarc-message.ts'

type Read = Extract<Verified, { readonly kind: 'read' }>
type Signature = Authentication['dkim']['results'][number]

/** What the verifier says of a signature that does not count. */
const failures: Readonly<Record<string, FindingCode>> = {
  'body hash did not verify': 'dkim.body-changed',
  'bad signature': 'dkim.signature-wrong',
  'no key': 'dkim.signature-no-key',
  'invalid public key': 'dkim.signature-no-key'
}

const codeOf = ({ status }: Signature): FindingCode => {
  if (status.result === 'pass') return 'dkim.signature-valid'
  if (status.result === 'temperror') return 'dkim.signature-unknown'
  return failures[status.comment ?? ''] ?? 'dkim.signature-invalid'
}

const reportSignature = (report: Report, signature: Signature, spare: boolean): void => {
  const { signingDomain: domain = 'an unnamed domain', selector = '', status, modulusLength } = signature
  const code = codeOf(signature)
  const name = `${selector}._domainkey.${domain}`
  const reason = status.comment ?? (status.result === 'policy' ? `its key has ${modulusLength ?? 'too few'} bits` : status.result)
  const lax = (status.warnings ?? []).slice(0, 10)
  const evidence = [
    `DKIM-Signature: d=${domain}; s=${selector}: ${status.result}${status.comment === undefined ? '' : ` (${status.comment})`}`,
    ...(lax.length === 0 ? [] : [`not strictly as RFC 6376 has it: ${lax.join(', ')}`])
  ]
  const lost = code !== 'dkim.signature-valid' && code !== 'dkim.signature-unknown'
  report(spare && lost ? 'dkim.signature-spare' : code, evidence, { domain, name, selector, reason }, { about: name })
}

const reportDkim = (report: Report, read: Read): void => {
  const { result, signatures } = read
  const signed = result.dkim.results.filter(({ status }) => status.result !== 'none')
  if (signed.length === 0) report(signatures.received ? 'dkim.unsigned' : 'dkim.not-yet-signed', ['no DKIM-Signature header'])
  const from = fromDomain(read)
  const counts = signed.some(({ status, signingDomain }) => status.result === 'pass' && (status.aligned || signingDomain === from))
  for (const signature of signed) reportSignature(report, signature, counts)
}

/** The signatures of a given message, as a receiver checks them. */
export const messageAuthenticationCheck: Check = {
  id: 'message-authentication',
  stage: 'identity',
  title: 'Signatures of the message (DKIM, ARC, DMARC)',
  wanted: ({ options }) => options.message !== undefined,
  run: async (context, report) => {
    const read = await verifyMessage(context)
    if (read.kind === 'not-read') return report('dkim.message-not-read', [read.why])
    reportDkim(report, read)
    const about = fromDomain(read)
    for (const one of [arcOutcome(read.result.arc), dmarcOutcome(read, context.sender)])
      if (one !== undefined) report(one.code, one.evidence, one.values, about === undefined ? {} : { about })
  }
}
