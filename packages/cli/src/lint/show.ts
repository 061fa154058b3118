import type { Finding, FindingVerdict } from '@whybounce/core/finding'
import type { LintFacts } from '@whybounce/core/lint'
import { findingsHtml } from '../findings/html.ts'
import { byHarm, countsText, countVerdicts, overall } from '../findings/rank.ts'
import { findingText, mark } from '../findings/text.ts'
import { block, printable, type Terminal } from '../terminal.ts'

/** What was found about one file. */
export type Linted = { readonly file: string; readonly findings: readonly Finding[]; readonly facts: LintFacts }

const verdictWords: Readonly<Record<FindingVerdict, string>> = {
  fail: 'Part of the recipients will not get it, or not as it is meant.',
  warn: 'It can go out; something should be mended.',
  pass: 'Nothing is wrong with it.',
  unknown: 'Nothing could be told.'
}

const sizeText = (bytes: number): string =>
  bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1_024))} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`

const noteOf = ({ subject, from, wireBytes, bulk }: LintFacts): string =>
  [
    subject === undefined || subject === '' ? 'no subject' : `“${subject}”`,
    from[0] === undefined ? 'no sender' : `from ${from[0].address}`,
    sizeText(wireBytes),
    bulk.is ? 'bulk mail' : 'no bulk mail'
  ].join(', ')

const sections: readonly (readonly [FindingVerdict, string])[] = [
  ['fail', 'Fails'],
  ['warn', 'Warnings'],
  ['unknown', 'Not known'],
  ['pass', 'Passes']
]

type Shown = { readonly all: boolean; readonly quiet: boolean }

/** One file: the one thing to fix now, then the others by their weight. */
export const lintText = ({ file, findings, facts }: Linted, terminal: Terminal, { all, quiet }: Shown): string => {
  const { paint, width } = terminal
  const counts = countVerdicts(findings)
  const verdict = overall(counts)
  const [first] = byHarm(findings)
  let text = `${mark(verdict, terminal)} ${block(`${printable(file)}: ${verdictWords[verdict]} ${countsText(counts)}.`, width - 2, '  ', '')}\n`
  if (!quiet) text += `${paint('dim', block(noteOf(facts), width, '  '))}\n`
  if (first !== undefined)
    text += `\n${paint('bold', byHarm(findings).length === 1 ? 'Fix this' : 'Fix this first')}\n${findingText(first, terminal, { evidence: true })}`
  for (const [section, title] of sections) {
    if ((section === 'pass' && !all) || (quiet && section !== 'fail' && section !== 'warn')) continue
    const ranked = section === 'fail' || section === 'warn' ? byHarm(findings) : findings
    const own = ranked.filter((found) => found.verdict === section && found !== first)
    if (own.length === 0) continue
    text += `\n${paint('bold', title)}\n${own.map((found) => findingText(found, terminal, { evidence: true })).join('')}`
  }
  return text
}

/** All files as one page. */
export const lintHtml = (linted: readonly Linted[], now: Date): string =>
  findingsHtml({
    heading: linted.length === 1 ? (linted[0]?.file ?? '') : `${linted.length} messages`,
    note: `${linted.length === 1 && linted[0] !== undefined ? `${noteOf(linted[0].facts)}, ` : ''}checked ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    sections: linted.flatMap(({ file, findings }) =>
      sections.map(([verdict, title]) => ({
        title: linted.length === 1 ? title : `${file}: ${title.toLowerCase()}`,
        findings: findings.filter((found) => found.verdict === verdict)
      }))
    )
  })
