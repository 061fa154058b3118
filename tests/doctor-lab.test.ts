import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { rowOf } from './lab/fault-table.ts'
import { faults } from './lab/faults.ts'
import { healthyTargets } from './lab/healthy.ts'
import { type FaultLab, startFaultLab, whyNoLab } from './lab/lab.ts'
import { watchedQuestions } from './lab/name-servers.ts'
import { senders } from './lab/reverse-names.ts'
import { type FaultResult, findingsOf, runFaults } from './lab/run-faults.ts'

/** `whybounce doctor` against a network full of faults, made with real servers: each is found, and nothing else complained of. */
const reason = whyNoLab()
if (reason !== undefined && process.env.CI !== undefined) throw new Error(`the lab must run here: ${reason}`)
const skipped = reason === undefined ? '' : ` (skipped: ${reason})`

let lab: FaultLab
const results = new Map<string, FaultResult>()

beforeAll(async () => {
  if (reason !== undefined) return
  lab = await startFaultLab()
  for (const result of await runFaults(lab, faults)) results.set(result.fault.id, result)
})
afterAll(() => lab?.stop())

describe.skipIf(reason !== undefined)(`a network full of faults${skipped}`, () => {
  it.each(faults.map((fault) => [fault.id, fault.what]))('%s: %s', (id) => {
    expect(results.get(id)?.problems).toEqual([])
  })

  it.each(healthyTargets)('nothing is wrong with $name', async ({ run, unknown }) => {
    const examined = await lab.examine(run)
    const findings = findingsOf(examined)
    expect(findings.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([])
    expect(findings.filter(({ verdict, code }) => verdict === 'unknown' && !unknown.includes(code)).map(({ code }) => code)).toEqual([])
    expect(findings.length).toBeGreaterThan(3)
    expect(examined.exitCode).toBe(0)
  })

  it('DNS is asked nothing twice about a healthy domain', async () => {
    const before = watchedQuestions(lab.namespaces).length
    await lab.examine({ args: ['healthy-lab.net', '--ip', senders.good], resolver: 'watched' })
    const asked = watchedQuestions(lab.namespaces).slice(before)
    expect(asked.length).toBeGreaterThan(20)
    expect(asked.filter((question, index) => asked.indexOf(question) !== index)).toEqual([])
  })

  it('the run in the README is what is printed', async () => {
    const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
    const block = /```text\n\$ whybounce doctor (--from .*)\n([\s\S]*?)```/.exec(readme)
    const reach = ['--reach', 'mx0.reach-lab.net', '--reach', 'mx1.reach-lab.net']
    const shown = await lab.print({ args: [...(block?.[1] ?? '').split(' '), ...reach], group: 'port25Dropped' })
    const parts = (block?.[2] ?? '').split('…\n').filter((part) => part.trim() !== '')
    expect(parts.length).toBe(3)
    for (const part of parts) expect(shown).toContain(part)
  })

  it('no password is shown, whatever becomes of it', async () => {
    const withPassword = faults.filter(({ password }) => password !== undefined)
    expect(withPassword.length).toBeGreaterThan(5)
    for (const { password = '', ...run } of withPassword) {
      const { output, errors } = await lab.examine({ ...run, password })
      for (const form of [
        password,
        Buffer.from(password).toString('base64'),
        Buffer.from(`\0${run.args.at(-1)}\0${password}`).toString('base64')
      ])
        expect(output + errors).not.toContain(form)
    }
  })
})

test('every fault has an id of its own, in lower case', () => {
  const ids = faults.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
})

test('docs/doctor-faults.md lists the faults of the lab (scripts/doctor-faults.ts writes it), all found', () => {
  const table = readFileSync(join(import.meta.dirname, '..', 'docs/doctor-faults.md'), 'utf8').split('\n')
  for (const fault of faults) expect(table).toContain(rowOf(fault, true))
  expect(table.filter((line) => line.endsWith('| yes |')).length).toBe(faults.length)
})
