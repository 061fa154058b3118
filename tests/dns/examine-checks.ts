import type { Finding } from '@whybounce/core/finding'
import { openResolver } from '../../packages/probe/src/dns/resolver.ts'
import { type Check, type DoctorOptions, reportTo } from '../../packages/probe/src/doctor/check.ts'
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
  const report = reportTo((one) => void found.push(one))
  try {
    for (const check of checks.filter(({ wanted }) => wanted(context))) await check.run(context, report)
    return { found, asked: server.questions().map(({ name, type }) => `${type} ${name}`) }
  } finally {
    close()
    resolver.close()
    await server.close()
  }
}
