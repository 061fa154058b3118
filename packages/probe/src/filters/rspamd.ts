import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { Finding, FindingCode } from '@whybounce/core/finding'
import { type FilterRule, failedFinding, filterFinding } from './filter-findings.ts'

export type RspamdOptions = {
  /** The controller or a normal worker: `http://127.0.0.1:11334` by default. */
  readonly url?: string
  /** Milliseconds for the whole answer; 60,000 by default. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

export const rspamdUrl = 'http://127.0.0.1:11334'

const defaultTimeout = 60_000
/** A hundred symbols have 20 kB; those with long options ten times as much. */
const maxAnswer = 1_024 * 1_024

/** What an action means for the mail (https://rspamd.com/doc/configuration/metrics.html). */
const codes: Readonly<Record<string, FindingCode>> = {
  'no action': 'lint.rspamd-fine',
  greylist: 'lint.rspamd-delays',
  'soft reject': 'lint.rspamd-delays',
  'add header': 'lint.rspamd-spam',
  'rewrite subject': 'lint.rspamd-spam',
  reject: 'lint.rspamd-spam',
  discard: 'lint.rspamd-spam',
  quarantine: 'lint.rspamd-spam'
}

/** Asks Rspamd (POST /checkv2) what it would do with a message. Gives a finding in every case; redirects are not followed. */
export const askRspamd = async (message: Uint8Array, options: RspamdOptions = {}): Promise<Finding> => {
  const address = options.url ?? rspamdUrl
  try {
    const answer = await exchange(message, new URL('/checkv2', address), options)
    const read = readCheck(answer)
    if (typeof read === 'string') return failedFinding('rspamd', shownUrl(address), new Error(read))
    const code = codes[read.action] ?? (read.score >= read.required ? 'lint.rspamd-spam' : 'lint.rspamd-fine')
    return filterFinding(code, shownUrl(address), read)
  } catch (error) {
    return failedFinding('rspamd', shownUrl(address), error)
  }
}

/** Without a user and a password that somebody wrote into it. */
const shownUrl = (address: string): string => {
  try {
    return new URL(address).origin
  } catch {
    return 'the given URL'
  }
}

const exchange = (message: Uint8Array, url: URL, { timeout = defaultTimeout, signal }: RspamdOptions): Promise<string> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestSecure : requestPlain
    const asked = send(url, {
      method: 'POST',
      agent: false,
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': message.length },
      ...(signal === undefined ? {} : { signal })
    })
    const fail = (error: Error): void => {
      clearTimeout(timer)
      asked.destroy()
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error(`no answer within ${timeout / 1_000} s`)), timeout)
    asked.on('error', fail)
    asked.on('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxAnswer) fail(new Error(`the answer is longer than ${maxAnswer} bytes`))
        else chunks.push(chunk)
      })
      response.on('error', fail)
      response.on('end', () => {
        clearTimeout(timer)
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'))
        else fail(new Error(`HTTP ${response.statusCode ?? 0} ${response.statusMessage ?? ''}`))
      })
    })
    asked.end(message)
  })

type Check = { readonly score: number; readonly required: number; readonly action: string; readonly rules: readonly FilterRule[] }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 300) : '')

const maxSymbols = 2_000

/** The answer of /checkv2 (https://rspamd.com/doc/developers/protocol.html); a sentence that says what is wrong with it otherwise. */
export const readCheck = (answer: string): Check | string => {
  let value: unknown
  try {
    value = JSON.parse(answer)
  } catch {
    return 'what answers there is no Rspamd'
  }
  if (!isRecord(value)) return 'what answers there is no Rspamd'
  const { score, required_score: required, action, symbols, is_skipped: skipped } = value
  if (typeof score !== 'number' || typeof required !== 'number' || typeof action !== 'string')
    return skipped === true
      ? 'Rspamd is told not to check this message'
      : typeof value.error === 'string'
        ? `Rspamd says: ${textOf(value.error)}`
        : 'the answer holds no score'
  // The test message for spam filters is skipped and rejected all the same.
  if (skipped === true && action === 'no action') return 'Rspamd is told not to check this message'
  const rules = Object.entries(isRecord(symbols) ? symbols : {})
    .slice(0, maxSymbols)
    .flatMap(([name, symbol]): FilterRule[] =>
      isRecord(symbol) && typeof symbol.score === 'number'
        ? [{ name: name.slice(0, 100), points: symbol.score, says: textOf(symbol.description) }]
        : []
    )
  return { score, required, action: action.slice(0, 60), rules }
}
