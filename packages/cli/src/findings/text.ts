import type { Finding, FindingVerdict } from '@whybounce/core/finding'
import { printable, type Terminal, wrap } from '../terminal.ts'

export const verdictMarks = {
  pass: ['✓', 'green'],
  warn: ['!', 'yellow'],
  fail: ['✗', 'red'],
  unknown: ['?', 'cyan']
} as const

/** Lines of evidence shown in a terminal; JSON and HTML have all. */
const maxEvidence = 12

/** Text behind a margin; lines after the first stand under the text of the first. */
const hanging = (text: string, { width }: Terminal, margin: string, first: string = margin): string =>
  first + wrap(printable(text), Math.max(20, width - margin.length)).replaceAll('\n', `\n${margin}`)

export const mark = (verdict: FindingVerdict, { paint }: Terminal): string => {
  const [sign, colour] = verdictMarks[verdict]
  return paint(colour, sign)
}

/** One finding: what was found, about what, on what evidence, and what to do. */
export const findingText = (found: Finding, terminal: Terminal, options: { readonly evidence: boolean }): string => {
  const { paint } = terminal
  const about = found.about === undefined ? '' : ` · ${found.about}`
  const lines = [hanging(`${found.title}${about}`, terminal, '    ', '  \0 ').replace('\0', mark(found.verdict, terminal))]
  if (options.evidence) {
    for (const line of found.evidence.slice(0, maxEvidence)) lines.push(paint('dim', hanging(line, terminal, '      ')))
    const more = found.evidence.length - maxEvidence
    if (more > 0) lines.push(paint('dim', `      and ${more} lines more: --json shows all`))
  }
  if (found.fix !== undefined && found.verdict !== 'pass')
    lines.push(hanging(found.fix, terminal, '      ', '    \0 ').replace('\0', paint('bold', '→')))
  if (options.evidence && found.verdict !== 'pass') {
    const more = [found.code, found.source].filter((text) => text !== undefined && !text.startsWith('memory:')).join(' · ')
    lines.push(paint('dim', hanging(more, terminal, '      ')))
  }
  return `${lines.join('\n')}\n`
}
