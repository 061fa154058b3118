import { stripVTControlCharacters, styleText } from 'node:util'

/**
 * What reaches a terminal: colours where they are wanted, lines that fit, and nothing that a hostile reply could do to it.
 */
type Style = Parameters<typeof styleText>[0]

export type Terminal = {
  /** For sentences. */
  readonly width: number
  /** For tables: as wide as the window. */
  readonly fullWidth: number
  readonly isTerminal: boolean
  readonly paint: (style: Style, text: string) => string
}

/** Text is read best in lines of 60 to 90 letters. */
const maxWidth = 90
const minWidth = 40
/** A table in a window narrower than this is past helping. */
const minFullWidth = 24

export const openTerminal = (stream: NodeJS.WriteStream): Terminal => {
  const { NO_COLOR: off, FORCE_COLOR: forced } = process.env
  const colours = off ? false : forced === undefined ? stream.isTTY === true && process.env.TERM !== 'dumb' : forced !== '0'
  return {
    width: Math.max(minWidth, Math.min(maxWidth, stream.columns || 80)),
    fullWidth: Math.max(minFullWidth, stream.columns || 80),
    isTerminal: stream.isTTY === true,
    paint: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text)
  }
}

/** Takes out escape sequences, control characters and direction overrides; white space becomes single spaces. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is what this is for
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .trim()

/** Breaks a text into lines of at most `width` letters, each line after the first indented. Longer words stay whole. */
export const wrap = (text: string, width: number, indent = ''): string => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const room = lines.length === 0 ? width : width - indent.length
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.join(`\n${indent}`)
}

/** A paragraph behind a fixed margin. */
export const block = (text: string, width: number, margin: string, first: string = margin): string =>
  first + wrap(text, width - margin.length, margin)

/** Scripts whose letters take two columns of a terminal. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\ud83c-\ud83e]/

/** The columns that a text takes. */
export const columnsOf = (text: string): number => {
  let used = 0
  for (let at = 0; at < text.length; at++) used += wide.test(text.charAt(at)) ? 2 : 1
  return used
}

/** A text cut to so many columns, with a mark where something was left out. */
export const fit = (text: string, columns: number): string => {
  let used = 0
  for (let at = 0; at < text.length; at++) {
    used += wide.test(text.charAt(at)) ? 2 : 1
    if (used > columns) return `${text.slice(0, Math.max(0, at - 1))}…`
  }
  return text
}

/** `1 row`, `1,204 rows`. */
export const counted = (count: number, one: string, many: string = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`
