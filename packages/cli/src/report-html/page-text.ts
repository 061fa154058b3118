import { escapeHtml } from '../findings/escape-html.ts'

/** How texts, figures and times of a report get into its page. */

/**
 * A text out of a log as HTML. Control characters become pictures (␛), and characters that turn or hide text (direction overrides, zero
 * width) their number, so that nobody reads another text than the log has. Halves of letters (lone surrogates) become U+FFFD.
 */
export const shown = (text: string): string =>
  escapeHtml(
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (letter) =>
        String.fromCharCode(letter === '\u007f' ? 0x2421 : 0x2400 + letter.charCodeAt(0))
      )
      .replace(
        /[\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
        (letter) => `⟨${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`
      )
  )

/** `2 Mar 2026, 09:14` in UTC. */
export const dateText = (milliseconds: number): string => {
  const date = new Date(milliseconds)
  return `${date.getUTCDate()} ${monthOf(date)} ${date.getUTCFullYear()}, ${clockText(date)}`
}

export const monthOf = (date: Date): string => date.toLocaleString('en', { month: 'short', timeZone: 'UTC' })
export const clockText = (date: Date): string => date.toISOString().slice(11, 16)

/** A time in UTC that the page's script puts into the reader's time zone. */
export const timeHtml = (iso: string | null): string => {
  if (iso === null) return '<span class="soft">not known</span>'
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return shown(iso)
  return `<time datetime="${new Date(at).toISOString()}">${dateText(at)}</time>`
}

/** A text with the words that decided marked. Places that overlap, run backwards or lie outside are left unmarked. */
export const markedHtml = (text: string, spans: readonly (readonly [number, number])[]): string => {
  let out = ''
  let done = 0
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (!(from >= done && to > from && to <= text.length)) continue
    out += `${shown(text.slice(done, from))}<mark>${shown(text.slice(from, to))}</mark>`
    done = to
  }
  return out + shown(text.slice(done))
}
