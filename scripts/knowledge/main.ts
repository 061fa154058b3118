import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { packPhrases } from '../../packages/core/src/diagnose/packed-phrases.ts'
import { compilePhrases } from '../../packages/core/src/diagnose/phrase-table.ts'
import { phrasesOf } from '../../packages/core/src/diagnose/rules.ts'
import { readAddresses } from './addresses.ts'
import { readBlocklists } from './blocklists.ts'
import { compileKnowledge } from './compile.ts'
import { readCompliance, readSelectors } from './compliance.ts'
import { disposableDomains, packDomains } from './disposable-domains.ts'
import { readFindings } from './findings.ts'
import { readIdentity } from './identity.ts'
import { readLint } from './lint.ts'
import { readMarks } from './marks.ts'
import { readProbing } from './probing.ts'
import { prove } from './prove.ts'
import type { Problem } from './read.ts'
import { readSending } from './sending.ts'
import { readSoftwareVersions } from './software-versions.ts'
import { readSubmission } from './submission.ts'
import { readVerdicts } from './verdicts.ts'
import { readWaysOut } from './ways-out.ts'
import { readWhy } from './why.ts'

/**
 * `npm run knowledge`: reads knowledge/, proves every rule and writes the tables that the core loads.
 * `--only FILE…` shows the problems of these files alone (and writes nothing): for work on one of them.
 */
const root = join(import.meta.dirname, '..', '..')
const only = process.argv
  .slice(2)
  .filter((argument) => argument !== '--only')
  .map((path) => relative(root, path))

const show = ({ file, line, message }: Problem): string => `${relative(root, file)}:${line}: ${message}`
const concerns = ({ file }: Problem): boolean => only.length === 0 || only.some((path) => relative(root, file).startsWith(path))

const compiled = compileKnowledge(join(root, 'knowledge'))
const marks = readMarks(join(root, 'knowledge'), compiled.problems)
const verdicts = readVerdicts(join(root, 'knowledge'), compiled.problems)
const findings = readFindings(join(root, 'knowledge'), new Set(compiled.knowledge.causes.map(({ id }) => id)), compiled.problems)
const why = readWhy(join(root, 'knowledge'), compiled.knowledge.causes, Object.keys(findings), compiled.problems)
const compliance = readCompliance(join(root, 'knowledge'), new Set(Object.keys(findings)), compiled.problems)
const selectors = readSelectors(join(root, 'knowledge'), compiled.problems)
const sending = readSending(join(root, 'knowledge'), compiled.knowledge.origins, compiled.problems)
const lint = readLint(join(root, 'knowledge'), compiled.problems)
const identity = readIdentity(join(root, 'knowledge'), compiled.knowledge.origins, compiled.problems)
const blocklists = readBlocklists(join(root, 'knowledge'), compiled.problems)
const submission = readSubmission(join(root, 'knowledge'), compiled.problems)
const probing = readProbing(join(root, 'knowledge'), compiled.knowledge.origins, compiled.problems)
const waysOut = readWaysOut(join(root, 'knowledge'), compiled.problems)
const softwareVersions = readSoftwareVersions(join(root, 'knowledge'), compiled.problems)
const { addresses, kept } = readAddresses(join(root, 'knowledge'), compiled.knowledge.origins, compiled.problems)
// A broken file must not hide what is wrong in the others: what could be read is proved all the same.
const problems = [...compiled.problems, ...(compiled.problems.length === 0 || only.length > 0 ? prove(compiled, new Date()) : [])]
const errors = problems.filter(({ stale }) => stale === undefined)
const stale = problems.filter(({ stale: old }) => old === true)

for (const problem of stale.filter(concerns)) process.stderr.write(`warning: ${show(problem)}\n`)
for (const problem of errors.filter(concerns)) process.stderr.write(`${show(problem)}\n`)

const { knowledge, reference } = compiled
process.stdout.write(
  `${knowledge.origins.length - 1} files, ${knowledge.rules.length} rules, ${knowledge.rules.reduce((sum, rule) => sum + (rule.says?.length ?? 0), 0)} phrases, ` +
    `${knowledge.causes.length} causes, ${reference.codes.length} codes, ${marks.length} marks; ${errors.length} problems, ${stale.length} stale\n`
)

if (errors.filter(concerns).length > 0) process.exitCode = 1
else if (only.length === 0) {
  const write = (name: string, type: string, value: unknown): void => {
    const file = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const path = join(root, 'packages', 'core', 'src', 'knowledge', `${file}.generated.ts`)
    mkdirSync(dirname(path), { recursive: true })
    // A string for JSON.parse loads faster than the same object as source text.
    const json = `'${JSON.stringify(value).replace(/[\\']/g, '\\$&').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`
    writeFileSync(
      path,
      `import type { ${type} } from './knowledge.ts'\n\n// Made by npm run knowledge out of knowledge/. Not to be edited.\nexport const ${name}: ${type} = JSON.parse(${json}) as ${type}\n`
    )
  }
  const { codes, tools, ...browsing } = reference
  write('table', 'Knowledge', knowledge)
  write('codes', 'Codes', { codes, tools })
  write('browsing', 'Browsing', browsing)
  write('marks', 'Marks', marks)
  write('verdicts', 'Verdicts', verdicts)
  write('sending', 'Sending', sending)
  write('lint', 'LintKnowledge', lint)
  write('compliance', 'Compliance', compliance)
  write('selectors', 'Selectors', selectors)
  write('blocklists', 'Blocklists', blocklists)
  write('identity', 'Identity', identity)
  write('probing', 'Probing', probing)
  write('waysOut', 'WaysOut', waysOut)
  write('softwareVersions', 'SoftwareVersions', softwareVersions)
  write('submission', 'Submission', submission)
  write('addresses', 'Addresses', addresses)
  const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
  writeFileSync(
    join(root, 'packages/core/src/knowledge/findings.generated.ts'),
    `import type { Why } from '../finding/why.ts'\nimport type { FindingWords } from '../finding/words.ts'\n\n// Made by npm run knowledge out of knowledge/findings/. Not to be edited.\n` +
      `export type FindingCode =\n${Object.keys(findings)
        .map((code) => `  | ${quoted(code)}`)
        .join('\n')}\n\n` +
      `export const findings: Readonly<Record<FindingCode, FindingWords>> = JSON.parse(${quoted(JSON.stringify(findings))})\n\n` +
      `export const why: Why = JSON.parse(${quoted(JSON.stringify(why))})\n`
  )
  writeFileSync(
    join(root, 'packages/core/src/address/disposable.generated.ts'),
    `// Made by npm run knowledge out of disposable-email-domains-js (CC0). Not to be edited.\nexport const disposable = '${packDomains(disposableDomains(kept))}'\n`
  )
  const packed = packPhrases(compilePhrases(phrasesOf(knowledge.rules)))
  writeFileSync(
    join(root, 'packages/core/src/diagnose/packed-phrases.generated.ts'),
    `// Made by npm run knowledge out of knowledge/. Not to be edited.\nexport const packedPhrases = '${packed}'\n`
  )
}
