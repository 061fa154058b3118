/**
 * Under which queue id the next server has the message, out of what it answered at the end of the data. Postfix: `250 2.0.0 Ok: queued as ID`
 * (src/smtpd/smtpd.c), quoted by content filters that hand the message back (`250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok:
 * queued as ID`, amavisd-new); Exim: `250 OK id=ID` (src/src/receive.c); sendmail: `250 2.0.0 ID Message accepted for delivery`
 * (sendmail/srvrsmtp.c). Whether that server is one whose log is at hand shows when the id turns up there. Undefined where none is named.
 */
export const nextQueueId = (text: string): string | undefined => {
  for (const mark of ['queued as ', 'OK id=', ...(text.startsWith(forwarded) ? [forwarded] : [])]) {
    const at = text.lastIndexOf(mark)
    const id = at < 0 ? undefined : idAt(text, at + mark.length)
    if (id !== undefined) return id
  }
  const end = text.lastIndexOf(' Message accepted for delivery')
  return end < 0 ? undefined : idAt(text, text.lastIndexOf(' ', end - 1) + 1)
}

/** local(8) of Postfix makes another message of what an alias or a .forward file sends on (src/local/forward.c; memory). */
const forwarded = 'forwarded as '

const longestId = 64
const shortestId = 6

const idAt = (text: string, at: number): string | undefined => {
  // sendmail logs what it was told in brackets.
  const from = text.charCodeAt(at) === 0x28 ? at + 1 : at
  const id = /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+){0,4}/.exec(text.slice(from, from + longestId))?.[0]
  return id === undefined || id.length < shortestId ? undefined : id
}
