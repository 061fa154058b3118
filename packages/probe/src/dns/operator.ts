import { defaultDiagnoser } from '@whybounce/core'
import { getDomain } from 'tldts'

/**
 * Who runs a mail host: the id of the provider or hosted filter whose MX names it fits (knowledge/), and the operator that budgets
 * are kept for: that id, else the registrable domain (public suffix list) of the host, else the host itself.
 */
export const operatorOf = (host: string): { readonly provider?: string; readonly operator: string } => {
  const { knowledge, origins } = defaultDiagnoser()
  const origin = knowledge.origins[origins.ofHost(host)]
  if (origin?.kind === 'provider' || origin?.kind === 'filter') return { provider: origin.id, operator: origin.id }
  return { operator: getDomain(host, { extractHostname: false, validateHostname: false }) ?? host }
}
