/** Fields of a form; a service sends some dozens. */
const maxFields = 200

const namePattern = /^[A-Za-z][\w.-]{0,63}(?:%5B[\w%.-]{0,40}%5D|\[[\w.-]{0,40}\])?$/i

const decode = (text: string): string => {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    // A byte that is no UTF-8: as it stands.
    return spaced
  }
}

/**
 * A line as it is posted by a form (application/x-www-form-urlencoded, https://url.spec.whatwg.org/#urlencoded-parsing), as an object of
 * strings; undefined where it is none: each part must be `name=value` without a space. Of a name that stands twice the first counts.
 */
export const readForm = (line: string): Readonly<Record<string, string>> | undefined => {
  const equals = line.indexOf('=')
  if (equals < 1 || equals > 128 || !namePattern.test(line.slice(0, equals)) || /\s/.test(line.trimEnd())) return undefined
  const fields: Record<string, string> = Object.create(null)
  const parts = line.trimEnd().split('&', maxFields + 1)
  if (parts.length > maxFields) return undefined
  for (const part of parts) {
    const at = part.indexOf('=')
    if (at < 1 || !namePattern.test(part.slice(0, at))) return undefined
    const name = decode(part.slice(0, at))
    if (!Object.hasOwn(fields, name)) fields[name] = decode(part.slice(at + 1))
  }
  // One field may be any text with an equals sign in it; only Mandrill posts one alone.
  return parts.length > 1 || Object.hasOwn(fields, 'mandrill_events') ? fields : undefined
}
