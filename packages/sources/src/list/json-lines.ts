/** JSON lines: an object per line. A line that is none is a row with a problem. */
export type JsonObject = { readonly [key: string]: unknown }

export const parseObject = (raw: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(raw)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The keys that a column's name means: itself where there is such a key, else its parts (`contact.email`, `emails.0`). */
export const pathOf = (object: JsonObject, column: string): readonly string[] =>
  Object.hasOwn(object, column) ? [column] : column.split('.')

/** The text at a path; '' where there is none, or it is no text. */
export const textAt = (object: JsonObject, path: readonly string[]): string => {
  let value: unknown = object
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return ''
    value = Reflect.get(value, key)
  }
  return typeof value === 'string' ? value : ''
}

/** Keys are looked for so deep, and so many of them, when the column is not named. */
const maxDepth = 4
const maxKeys = 200

/** Texts of an object by their path, dots between keys. Arrays are not looked into. */
export const flatTexts = (object: JsonObject): Map<string, string> => {
  const texts = new Map<string, string>()
  const walk = (value: JsonObject, prefix: string, depth: number): void => {
    for (const [key, inner] of Object.entries(value)) {
      if (texts.size >= maxKeys) return
      if (typeof inner === 'string') texts.set(prefix + key, inner)
      else if (depth < maxDepth && isObject(inner)) walk(inner, `${prefix}${key}.`, depth + 1)
    }
  }
  walk(object, '', 1)
  return texts
}
