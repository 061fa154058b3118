import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { areas, rowOf } from '../tests/lab/fault-table.ts'
import { faults } from '../tests/lab/faults.ts'
import { healthyTargets } from '../tests/lab/healthy.ts'
import { startFaultLab, whyNoLab } from '../tests/lab/lab.ts'
import { findingsOf, runFaults } from '../tests/lab/run-faults.ts'

/**
 * `node scripts/doctor-faults.ts`: builds the lab, makes every fault, and writes docs/doctor-faults.md: what was tried with which
 * server, and whether it was found. Needs root. With areas or ids as arguments only those are made, and nothing is written.
 */
const reason = whyNoLab()
if (reason !== undefined) throw new Error(`no lab here: ${reason}`)
const wanted = process.argv.slice(2)
const chosen = faults.filter(({ id, area }) => wanted.length === 0 || wanted.includes(id) || wanted.includes(area))

const lab = await startFaultLab()
try {
  const results = await runFaults(lab, chosen, ({ fault, problems, took }) => {
    process.stdout.write(`${problems.length === 0 ? 'found' : 'MISSED'} ${fault.id} ${(took / 1_000).toFixed(1)} s\n`)
    for (const problem of problems) process.stdout.write(`  ${problem}\n`)
  })
  const found = results.filter(({ problems }) => problems.length === 0).length
  process.stdout.write(`${found} of ${results.length} faults were found as they should be\n`)
  if (wanted.length === 0) {
    const healthy: string[] = []
    for (const { name, run } of healthyTargets) {
      const examined = await lab.examine(run)
      const count = (verdict: string): number => findingsOf(examined).filter((finding) => finding.verdict === verdict).length
      const { questions = 0 } = examined.dns
      healthy.push(
        `| ${name} | ${count('pass')} | ${count('unknown')} | ${count('warn') + count('fail')} | ${questions} | ${(examined.took / 1_000).toFixed(1)} |`
      )
    }
    const sections = Object.entries(areas).flatMap(([area, title]) => {
      const rows = results.filter(({ fault }) => fault.area === area).map(({ fault, problems }) => rowOf(fault, problems.length === 0))
      return rows.length === 0
        ? []
        : [
            `## ${title}`,
            '',
            '| fault | what is wrong | made with | finding | cause | found |',
            '| --- | --- | --- | --- | --- | --- |',
            ...rows,
            ''
          ]
    })
    const text = `# Faults that the doctor was tried with

A laboratory with mail servers, name servers, a DNS root, blocklists and firewalls of its own makes each of these ${faults.length} faults on
purpose; \`whybounce doctor\` runs against it as anybody would run it. *Found* means: the finding is there, the cause is named where one is
listed, and nothing else is complained of that does not follow from the fault. "scripted" is a server that follows a script, where no
real one can be brought to behave so. tests/doctor-lab.test.ts makes them all; \`node scripts/doctor-faults.ts\` writes this page.

${sections.join('\n')}
## Nothing wrong

What is sound must not be complained of.

| what | passes | cannot be told | complaints | questions to DNS | seconds |
| --- | --- | --- | --- | --- | --- |
${healthy.join('\n')}
`
    writeFileSync(join(import.meta.dirname, '..', 'docs', 'doctor-faults.md'), text)
  }
  if (found < results.length) process.exitCode = 1
} finally {
  await lab.stop()
}
