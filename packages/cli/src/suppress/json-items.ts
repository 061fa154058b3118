/** The objects (and bare strings) of a JSON document, with their place. `problem`: the rest of the document is unread. */
export type JsonItem = { readonly at: number; readonly value: unknown } | { readonly at: number; readonly problem: string }

/** No row of a list is longer, in UTF-16 code units; a document without rows would otherwise be kept whole. */
const maxItemLength = 1024 * 1024

export type JsonItems = {
  readonly write: (text: string) => JsonItem[]
  readonly end: () => JsonItem[]
}

/**
 * Takes the rows out of a JSON document of any size, piece by piece: the elements of an array at the top or right under the top object
 * (`{"items": [ … ]}`), and top objects without such an array. Several documents may follow one another, as pages of an API do. Memory does
 * not grow with the document. It watches strings and brackets only; what is between them, JSON.parse judges.
 */
export const openJsonItems = (): JsonItems => {
  let at = 0
  /** Open brackets outside of the item that is being collected. */
  let outer: ('[' | '{')[] = []
  let depth = 0
  let inString = false
  let escaped = false
  let item = ''
  let itemAt = 0
  let collecting = false
  let tooLong = false
  let rows = 0
  let broken = false

  const take = (items: JsonItem[]): void => {
    collecting = false
    if (tooLong) items.push({ at: itemAt, problem: 'The row is longer than 1 MB.' })
    else {
      try {
        items.push({ at: itemAt, value: JSON.parse(item) })
      } catch {
        items.push({ at: itemAt, problem: 'This is not JSON.' })
      }
    }
    item = ''
    tooLong = false
  }
  const begin = (): void => {
    collecting = true
    itemAt = at
    item = ''
    depth = 0
  }
  const isRowPlace = (): boolean => outer.at(-1) === '[' && outer.length <= 2
  /** The text of a top object so far: it is a row itself if it turns out to have no array of rows. */
  let top = ''
  let topAt = 0

  const write: JsonItems['write'] = (text) => {
    const items: JsonItem[] = []
    for (let index = 0; index < text.length && !broken; index++, at++) {
      const char = text[index] ?? ''
      if (outer[0] === '{' && !collecting && rows === 0 && top.length <= maxItemLength) top += char
      if (inString) {
        if (collecting) add(char)
        if (escaped) escaped = false
        else if (char === '\\') escaped = true
        else if (char === '"') {
          inString = false
          if (collecting && depth === 0) take(items)
        }
        continue
      }
      if (char === '"') {
        inString = true
        if (!collecting && isRowPlace() && (outer.length === 1 || outer[0] === '[')) begin()
        if (collecting) add(char)
      } else if (char === '{' || char === '[') {
        if (!collecting && char === '{' && isRowPlace()) {
          begin()
          rows++
          top = ''
        }
        if (collecting) {
          depth++
          add(char)
        } else {
          if (outer.length === 0) {
            rows = 0
            top = char === '{' ? char : ''
            topAt = at
          }
          outer.push(char)
        }
      } else if (char === '}' || char === ']') {
        if (collecting) {
          add(char)
          if (--depth === 0) take(items)
        } else {
          const opened = outer.pop()
          if (opened !== (char === '}' ? '{' : '[')) {
            broken = true
            items.push({ at, problem: 'The JSON is broken here: its brackets do not match. The rest was not read.' })
          } else if (outer.length === 0 && opened === '{' && rows === 0) {
            item = top
            itemAt = topAt
            tooLong = top.length > maxItemLength
            take(items)
          }
        }
      } else if (collecting) add(char)
    }
    return items
  }
  const add = (char: string): void => {
    if (item.length < maxItemLength) item += char
    else tooLong = true
  }
  return {
    write,
    end: () => {
      if (broken || (!collecting && outer.length === 0)) return []
      outer = []
      return [{ at, problem: 'The JSON ends in the middle. What comes after was never written, or was cut off.' }]
    }
  }
}
