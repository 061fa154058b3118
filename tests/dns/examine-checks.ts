import { type Finding, type FindingCode, type FindingDetails, finding } from '@whybounce/core/finding'
import { openResolver } from '../../packages/probe/src/dns/resolver.ts'
import type { Check, DoctorOptions, Report } from '../../packages/probe/src/doctor/check.ts'
import { openContext } from '../../packages/probe/src/doctor/context.ts'
import { startDnsServer } from './dns-server.ts'
import type { Zone } from './dns-zone.ts'

export type ExamineOptions = Partial<Omit<DoctorOptions, 'resolver'>>

/** Runs checks against a zone as the doctor does; gives what they found and what was asked. */
export const examine = async (
  zone: Zone,
  options: ExamineOptions,
  checks: readonly Check[]
): Promise<{ readonly found: readonly Finding[]; readonly asked: readonly string[] }> => {
  const server = await startDnsServer(zone)
  const resolver = openResolver({ servers: [server.address], timeout: 5_000, tries: 1 })
  const { context, close } = openContext(
    { target: { kind: 'domain', domain: 'example.com' }, ehloName: 'mail.example.com', allowPrivate: true, ...options, resolver },
    20_000
  )
  const found: Finding[] = []
  const report: Report = (
    what: Finding | FindingCode,
    evidence: readonly string[] = [],
    values?: Readonly<Record<string, string>>,
    details?: FindingDetails
  ): void => void found.push(typeof what === 'string' ? finding(what, evidence, values, details) : what)
  try {
    for (const check of checks.filter(({ wanted }) => wanted(context))) await check.run(context, report)
    return { found, asked: server.questions().map(({ name, type }) => `${type} ${name}`) }
  } finally {
    close()
    resolver.close()
    await server.close()
  }
}
