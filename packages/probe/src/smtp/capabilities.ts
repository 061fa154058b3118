const keyword = /^[A-Za-z0-9][A-Za-z0-9-]*/

/**
 * What an EHLO reply offers (RFC 5321 §4.1.1.1): keyword in capitals to its parameters, one space between them.
 * The first line is a greeting and offers nothing. A keyword said twice (`AUTH PLAIN` and the older `AUTH=PLAIN`) has the
 * parameters of both. Lines that are no keyword are passed over.
 */
export const parseCapabilities = (reply: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const line of reply.split('\n').slice(1)) {
    // Behind the code and its hyphen or space.
    const said = line.slice(4).trim()
    const word = keyword.exec(said)?.[0]
    const after = word === undefined ? '' : said.slice(word.length)
    if (word === undefined || !/^(?:$|[\s=])/.test(after)) continue
    const name = word.toUpperCase()
    const parameters = after.slice(1).trim().split(/\s+/).join(' ')
    const former = found.get(name)
    found.set(name, former === undefined || former === '' ? parameters : parameters === '' ? former : `${former} ${parameters}`)
  }
  return found
}
