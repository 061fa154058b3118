import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { UsageError } from '../usage.ts'

/** A password is a line; whatever is longer is no password. */
const maxPassword = 4_096

/** The password, from the first line of standard input, or asked for at the terminal without showing it. Never from an argument: those stand in the process list. */
export const readPassword = async (fromInput: boolean): Promise<string> => {
  const password = fromInput ? await firstLine() : await ask()
  if (password === '') throw new UsageError('The password is empty.')
  return password
}

const firstLine = async (): Promise<string> => {
  let text = ''
  process.stdin.setEncoding('utf8')
  for await (const part of process.stdin) {
    text += String(part)
    if (text.includes('\n') || text.length > maxPassword) break
  }
  const [line = ''] = text.split(/\r?\n/)
  if (line.length > maxPassword) throw new UsageError('The first line of standard input is too long for a password.')
  return line
}

const ask = async (): Promise<string> => {
  if (process.stdin.isTTY !== true)
    throw new UsageError('The password comes from standard input with --password-stdin: printf %s "$PASSWORD" | whybounce doctor …')
  process.stderr.write('Password: ')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true })
  // Ctrl-C at the prompt ends the command as anywhere else.
  prompt.once('SIGINT', () => {
    process.stderr.write('\n')
    process.exit(130)
  })
  try {
    return await prompt.question('')
  } finally {
    prompt.close()
    process.stderr.write('\n')
  }
}
