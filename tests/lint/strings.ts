/** Every string in a value, keys not counted. */
export const stringsIn = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []

/** Control, format and line characters: what a terminal must not get. */
export const unclean: RegExp = /[\p{C}\p{Zl}\p{Zp}]/u
