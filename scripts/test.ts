import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `npm test`: everything, cheapest first: rule proofs, types, format and lint, unused code, the build, then unit, property,
 * corpora, command-line, packaging and browser tests. Says what was skipped and why; with CI=true a skip is a failure.
 * Last line: `N passed, N failed, N skipped`.
 */
const root = join(import.meta.dirname, '..')
const node = process.execPath
const results = join(root, 'node_modules', '.cache', 'vitest.json')
const count = { passed: 0, failed: 0, skipped: 0 }

const step = (name: string, args: readonly string[]): boolean => {
  console.log(`\n── ${name}`)
  const passed = spawnSync(node, args, { cwd: root, stdio: 'inherit' }).status === 0
  if (passed) count.passed++
  else {
    count.failed++
    console.log(`✗ ${name} failed`)
  }
  return passed
}

const modules = (path: string): string => join('node_modules', path)

/** Adds the counts of a vitest run; skipped tests are named with the reason that their title gives. */
const addTests = (): void => {
  if (!existsSync(results)) {
    count.failed++
    console.log('✗ the tests did not run')
    return
  }
  const report: {
    numPassedTests: number
    numFailedTests: number
    numPendingTests: number
    numFailedTestSuites: number
    testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[]
  } = JSON.parse(readFileSync(results, 'utf8'))
  count.passed += report.numPassedTests
  // A file that breaks before its first test fails without a failed test in it.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
  )
  count.failed += report.numFailedTests + broken.length
  const skipped = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'pending' || status === 'skipped' || status === 'todo')
  )
  count.skipped += skipped.length
  for (const { fullName } of skipped) console.log(`skipped: ${fullName}`)
}

const knowledge = step('knowledge: every rule proves itself', ['scripts/knowledge/main.ts'])
const types =
  knowledge &&
  step('types of the packages', [modules('typescript/bin/tsc'), '-b']) &&
  step('types of scripts and tests', [modules('typescript/bin/tsc'), '-p', 'tsconfig.scripts.json'])
step('format and lint', [modules('@biomejs/biome/bin/biome'), 'check', '.'])
if (types) {
  step('unused code', [modules('knip/bin/knip.js')])
  if (step('build', ['scripts/build.ts', '--quiet'])) {
    mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true })
    rmSync(results, { force: true })
    console.log('\n── tests')
    spawnSync(node, [modules('vitest/vitest.mjs'), 'run', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
    addTests()
  }
}

const forbidden = process.env.CI === 'true' && count.skipped > 0
if (forbidden) console.log(`\n${count.skipped} tests were skipped, and here none may be: install what they name.`)
console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exit(count.failed > 0 || forbidden ? 1 : 0)
