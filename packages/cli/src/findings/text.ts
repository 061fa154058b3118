import type { Finding, FindingVerdict } from '@whybounce/core/finding'
import { counted, printable, type Terminal, wrap } from '../terminal.ts'
import { splitRecords } from './records.ts'

const verdictMarks = {
  pass: ['✓', 'green'],
  warn: ['!', 'yellow'],
  fail: ['✗', 'red'],
  unknown: ['?', 'cyan']
} as const

/** Lines of evidence shown in a terminal; JSON and HTML have all. */
const maxEvidence = 10
/** What is not known needs fewer words. */
const maxUnknown = 3

/** Text behind a margin; lines after the first stand under the text of the first. */
const hanging = (text: string, { width }: Terminal, margin: string, first: string = margin): string =>
  first + wrap(printable(text), Math.max(20, width - margin.length)).replaceAll('\n', `\n${margin}`)

export const mark = (verdict: FindingVerdict, { paint }: Terminal): string => {
  const [sign, colour] = verdictMarks[verdict]
  return paint(colour, sign)
}

/** One finding: what was found, about what, on what evidence, and what to do. */
export const findingText = (
  found: Finding,
  terminal: Terminal,
  options: { readonly evidence: boolean; readonly all?: boolean; readonly shortly?: boolean }
): string => {
  const { paint } = terminal
  const about = found.about === undefined ? '' : ` · ${found.about}`
  const lines = [hanging(`${found.title}${about}`, terminal, '    ', '  \0 ').replace('\0', mark(found.verdict, terminal))]
  if (options.shortly) return `${lines.join('\n')}\n${paint('dim', '      see above')}\n`
  if (options.evidence) {
    const most = options.all || found.verdict !== 'unknown' ? maxEvidence : maxUnknown
    for (const line of found.evidence.slice(0, most)) lines.push(paint('dim', hanging(line, terminal, '      ')))
    const more = found.evidence.length - most
    if (more > 0) lines.push(paint('dim', `      and ${counted(more, 'line')} more: --json has all`))
  }
  if (found.fix !== undefined && found.verdict !== 'pass')
    for (const [at, part] of splitRecords(found.fix).entries()) {
      // A record is to be copied, so it is never broken; a narrow terminal wraps it without our help.
      if ('record' in part) lines.push(`        ${printable(part.record)}`)
      else
        lines.push(
          at > 0
            ? hanging(part.text, terminal, '      ')
            : hanging(part.text, terminal, '      ', '    \0 ').replace('\0', paint('bold', '→'))
        )
    }
  if (options.evidence && found.verdict !== 'pass') {
    const more = [found.code, found.source].filter((text) => text !== undefined && !text.startsWith('memory:')).join(' · ')
    lines.push(paint('dim', hanging(more, terminal, '      ')))
  }
  return `${lines.join('\n')}\n`
}
