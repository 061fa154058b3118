import type { RawReply } from './reply-reader.ts'

/** What stands in a transcript in place of a password. */
export const hidden = '…'

/** Shorter words are no credentials, and would make holes in what the server says. */
const shortestSecret = 4

/** Some servers repeat a command that they do not know: the last word of ours, the credentials, is taken out of what they say. */
export const withoutSecrets = (replies: readonly RawReply[], commands: readonly (string | undefined)[]): readonly RawReply[] => {
  const secrets = commands.flatMap((command) => command?.split(' ').at(-1) ?? []).filter((word) => word.length >= shortestSecret)
  return replies.map(({ code, text }) => ({ code, text: secrets.reduce((said, secret) => said.replaceAll(secret, hidden), text) }))
}
