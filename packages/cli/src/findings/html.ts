import type { Finding, FindingVerdict } from '@whybounce/core/finding'
import { escapeHtml } from './escape-html.ts'
import { countsText, countVerdicts, firstToFix, overall } from './rank.ts'
import { splitRecords } from './records.ts'

const words: Readonly<Record<FindingVerdict, string>> = { pass: 'passes', warn: 'warns', fail: 'fails', unknown: 'unknown' }
const signs: Readonly<Record<FindingVerdict, string>> = { pass: '✓', warn: '!', fail: '✗', unknown: '?' }

/** The page's colours; each a pair, light and dark. */
const style = `
:root{color-scheme:light dark;--paper:light-dark(#f5f4f0,#12161a);--card:light-dark(#fff,#1a1f25);--ink:light-dark(#1b2025,#e7eaed);--soft:light-dark(#545e68,#a4afba);--line:light-dark(#dedbd3,#323a43);--pass:light-dark(#0a6666,#67ccc7);--fail:light-dark(#b0261e,#ff8f85);--warn:light-dark(#8f4700,#ffb469);--unknown:light-dark(#1f5fa6,#8fbcff)}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1rem 4rem;max-width:52rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}
.soft,.code{color:var(--soft)}.code{font-size:.85rem}
article{padding:.7rem 1rem;margin:.5rem 0;background:var(--card);border:1px solid var(--line);border-left:.3rem solid var(--tone);border-radius:.5rem}
article h3{font-size:1rem;margin:0;font-weight:600}
article p{margin:.4rem 0 0}
article.pass{padding:.35rem 1rem}article.pass h3{font-weight:400}
.tag{color:var(--tone);font-weight:700}
.pass{--tone:var(--pass)}.fail{--tone:var(--fail)}.warn{--tone:var(--warn)}.unknown{--tone:var(--unknown)}
pre{margin:.4rem 0 0;padding:.5rem .7rem;background:var(--paper);border-radius:.4rem;font:.85rem/1.45 ui-monospace,"SF Mono",Menlo,Consolas,monospace;white-space:pre-wrap}
details{margin-top:.3rem}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
@media print{body{max-width:none;background:none}article{break-inside:avoid}details:not([open])>*{display:block}}
`

const sourceHtml = (source: string | undefined): string => {
  if (source === undefined || source.startsWith('memory:')) return ''
  return /^https:\/\/[^\s"'<>]+$/.test(source)
    ? ` · <a href="${escapeHtml(source)}" rel="noreferrer">${escapeHtml(source)}</a>`
    : ` · ${escapeHtml(source)}`
}

const fixHtml = (fix: string): string =>
  splitRecords(fix)
    .map((part, at) =>
      'record' in part ? `<pre>${escapeHtml(part.record)}</pre>` : `<p>${at === 0 ? '→ ' : ''}${escapeHtml(part.text)}</p>`
    )
    .join('')

const findingHtml = (found: Finding): string => {
  const { verdict, title, about, evidence, fix, letter, code, source } = found
  const shown = evidence.length === 0 ? '' : `<pre>${evidence.map(escapeHtml).join('\n')}</pre>`
  return `<article class="${verdict}"><h3><span class="tag">${signs[verdict]} ${words[verdict]}</span> ${escapeHtml(title)}${
    about === undefined ? '' : ` <span class="soft">· ${escapeHtml(about)}</span>`
  }</h3>${
    verdict === 'pass'
      ? shown && `<details><summary>evidence</summary>${shown}</details>`
      : `${shown}${fix === undefined ? '' : fixHtml(fix)}<p class="code">${escapeHtml(code)}${sourceHtml(source)}</p>`
  }${letter === undefined ? '' : `<details><summary>a request, ready to be sent</summary><pre>${escapeHtml(letter)}</pre></details>`}</article>`
}

export type HtmlReport = {
  readonly heading: string
  /** A line under the heading: when, how long. */
  readonly note: string
  /** What a question was answered with. */
  readonly conclusion?: string
  /** Codes among which the one thing to fix is looked for first. */
  readonly prefer?: readonly string[]
  readonly sections: readonly { readonly title: string; readonly findings: readonly Finding[] }[]
}

/** A report as one file: no script, nothing loaded, light and dark, printable. */
export const findingsHtml = ({ heading, note, conclusion, prefer, sections }: HtmlReport): string => {
  const all = sections.flatMap(({ findings }) => findings)
  const counts = countVerdicts(all)
  const first = firstToFix(all, prefer)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(heading)} · whybounce</title><style>${style}</style></head><body>
<h1>${escapeHtml(heading)}</h1>
<p class="${overall(counts)}"><span class="tag">${escapeHtml(countsText(counts) || 'nothing was checked')}</span> <span class="soft">· ${escapeHtml(note)}</span></p>
${conclusion === undefined ? '' : `<p><strong>${escapeHtml(conclusion)}</strong></p>`}
${first === undefined ? '' : `<h2>Fix this first</h2>${findingHtml(first)}`}
${sections
  .filter(({ findings }) => findings.length > 0)
  .map(({ title, findings }) => `<section><h2>${escapeHtml(title)}</h2>${findings.map(findingHtml).join('\n')}</section>`)
  .join('\n')}
</body></html>
`
}
