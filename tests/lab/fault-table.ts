import { findingWords } from '@whybounce/core/finding'
import type { Fault } from './fault.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The cause that its findings lead to. */
const causeOf = ({ codes, cause }: Fault): string =>
  cause ?? codes.map((code) => findingWords(code).cause).find((one) => one !== undefined) ?? ''

/** One line of docs/doctor-faults.md. */
export const rowOf = (fault: Fault, found: boolean): string =>
  `| ${[fault.id, cell(fault.what), cell(fault.madeWith), fault.codes.map((code) => `\`${code}\``).join(', '), causeOf(fault), found ? 'yes' : 'no'].join(' | ')} |`

export const areas = {
  'ways-out': 'Ways out of the own network',
  machine: 'The own machine',
  dns: 'DNS',
  server: 'Mail servers',
  tls: 'TLS',
  'mta-sts': 'MTA-STS',
  dane: 'DANE',
  login: 'Submission and login',
  identity: 'Names, SPF, DKIM, DMARC',
  message: 'A message, and the rules for senders',
  reputation: 'Reputation'
} as const satisfies Readonly<Record<Fault['area'], string>>
