import { connect } from 'node:net'
import type { Finding } from '@whybounce/core/finding'
import { type FilterRule, failedFinding, filterFinding } from './filter-findings.ts'

export type SpamdOptions = {
  /** `127.0.0.1` by default. */
  readonly host?: string
  readonly port?: number
  /** Milliseconds for the whole answer; 60,000 by default, since network tests take long. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

export const spamdPort = 783

const defaultTimeout = 60_000
/** A report has a few kilobytes: a line for each rule. */
const maxAnswer = 256 * 1_024

/**
 * Asks a spamd of SpamAssassin (protocol 1.5, command REPORT) for its score of a message. Gives a finding in every case: an answer that
 * is no answer, a server that is silent or endless, nobody there.
 */
export const askSpamd = async (message: Uint8Array, options: SpamdOptions = {}): Promise<Finding> => {
  const { host = '127.0.0.1', port = spamdPort } = options
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  try {
    const answer = await exchange(message, host, port, options)
    const read = readReport(answer)
    if (typeof read === 'string') return failedFinding('spamd', address, new Error(read))
    return filterFinding(read.isSpam ? 'lint.spamd-spam' : 'lint.spamd-fine', address, read)
  } catch (error) {
    return failedFinding('spamd', address, error)
  }
}

const exchange = (message: Uint8Array, host: string, port: number, { timeout = defaultTimeout, signal }: SpamdOptions): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...(signal === undefined ? {} : { signal }) })
    const chunks: Buffer[] = []
    let size = 0
    const fail = (error: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error(`no answer within ${timeout / 1_000} s`)), timeout)
    socket.on('error', fail)
    socket.on('connect', () => {
      socket.write(`REPORT SPAMC/1.5\r\nContent-length: ${message.length}\r\n\r\n`)
      socket.end(message)
    })
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxAnswer) fail(new Error(`the answer is longer than ${maxAnswer} bytes`))
      else chunks.push(chunk)
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
  })

type Report = { readonly isSpam: boolean; readonly score: number; readonly required: number; readonly rules: readonly FilterRule[] }

/** Rules in a report; SpamAssassin has some thousand, of which a dozen hold for a message. */
const maxRules = 2_000

/** The answer to REPORT: status line, `Spam: True ; 9.8 / 5.0`, and a table of rules. A sentence that says what is wrong with it otherwise. */
export const readReport = (answer: string): Report | string => {
  const status = /^SPAMD\/\d{1,3}\.\d{1,3} (\d{1,5}) ([^\r\n]{0,200})/.exec(answer)
  if (status === null) return answer === '' ? 'the connection was closed without an answer' : 'what answers there is no spamd'
  if (status[1] !== '0') return `spamd says: ${status[1]} ${status[2]}`
  const head = answer.slice(0, 4_096)
  const verdict = /^Spam: {0,5}(True|False|Yes|No) ; {0,5}(-?\d{1,6}(?:\.\d{1,6})?) \/ (-?\d{1,6}(?:\.\d{1,6})?)/im.exec(head)
  if (verdict === null) return 'the answer holds no score'
  const rules: FilterRule[] = []
  for (const [, points = '', name = '', says = ''] of answer.matchAll(
    /^ {0,4}(-?\d{1,4}(?:\.\d{1,4})?) ([A-Z_][A-Z0-9_]{2,60}) {1,40}([^\r\n]{0,300})$/gm
  )) {
    if (rules.length >= maxRules) break
    rules.push({ name, points: Number(points), says: says.trim() })
  }
  return { isSpam: /^(?:true|yes)$/i.test(verdict[1] ?? ''), score: Number(verdict[2]), required: Number(verdict[3]), rules }
}
