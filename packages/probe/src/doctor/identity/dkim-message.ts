import type { Context } from '../check.ts'

/** What a message's DKIM-Signature headers name, before anything is verified. */
export type MessageSignatures = {
  readonly signatures: readonly { readonly domain: string; readonly selector: string }[]
  /** How many DKIM-Signature headers there are, those that name nothing included. */
  readonly count: number
  /** ARC headers of any kind. */
  readonly arc: boolean
  /** Why it is better not taken apart further: what a reader of headers would take minutes for. */
  readonly trouble?: 'long-headers' | 'blank-headers'
  /** It went through a server. */
  readonly received: boolean
  /** The domain of Return-Path, which the last server wrote from MAIL FROM (RFC 5321 §4.4). */
  readonly returnPath?: string
}

/** Headers of real messages stay far below this, a chain of ARC seals included; of bytes that never end only so many are looked at. */
const maxHeaderBytes = 256 * 1024
/** Lines of a header section; mailing lists and gateways add dozens. Unfolding takes time squared in them: 7 seconds for 60,000. */
const maxHeaderLines = 5_000
/** Of one header, in bytes, folds included: what Postfix takes (header_size_limit). */
const maxField = 102_400

/**
 * White space in a row, folds included. Patterns that trim it take time squared: 136 seconds for one header with 400,000 blanks. What
 * people and programs write has a few dozen.
 */
const maxBlanks = 500

const troubleOf = (text: string, whole: boolean): MessageSignatures['trouble'] => {
  let [blanks, lines, fieldStart] = [0, 0, 0]
  // A plain loop over a quarter of a million characters at most; ends with the headers, at the first empty line.
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x0a) {
      const next = text.charCodeAt(index + 1)
      if (next === 0x0a || text.startsWith('\r\n', index + 1)) return undefined
      if (++lines > maxHeaderLines) return 'long-headers'
      if (next !== 0x20 && next !== 0x09) fieldStart = index
    }
    if (index - fieldStart > maxField) return 'long-headers'
    blanks = code === 0x20 || (code >= 0x09 && code <= 0x0d) ? blanks + 1 : 0
    if (blanks > maxBlanks) return 'blank-headers'
  }
  return whole ? undefined : 'long-headers'
}

const nothing: MessageSignatures = { signatures: [], count: 0, arc: false, received: false }

const nameForm = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?){0,20}$/

/** d= or s= of a signature. */
const tagOf = (header: string, tag: 'd' | 's'): string | undefined => {
  const value = new RegExp(`[;:]\\s*${tag}\\s*=\\s*([^;\\s]{1,255})`).exec(header)?.[1]?.toLowerCase().replace(/\.$/, '')
  return value !== undefined && nameForm.test(value) ? value : undefined
}

const domainOf = (header: string): string | undefined => {
  const domain = /@([a-z0-9._-]{1,253})>?\s{0,9}$/i.exec(header.slice(-300))?.[1]?.toLowerCase()
  return domain !== undefined && nameForm.test(domain) ? domain : undefined
}

/** Reads the header section of a message; nothing of what stands there is believed. */
export const signaturesOf = (message: Uint8Array | undefined): MessageSignatures => {
  if (message === undefined) return nothing
  const text = Buffer.from(message.buffer, message.byteOffset, Math.min(message.length, maxHeaderBytes)).toString('latin1')
  const found = { signatures: new Map<string, { domain: string; selector: string }>(), count: 0, arc: false, received: false }
  let returnPath: string | undefined
  const trouble = troubleOf(text, message.length <= maxHeaderBytes)
  let header = ''
  const finish = (): void => {
    const name = header.slice(0, Math.max(0, header.indexOf(':'))).toLowerCase()
    if (name === 'received') found.received = true
    if (name === 'arc-seal' || name === 'arc-message-signature') found.arc = true
    if (name === 'return-path') returnPath ??= domainOf(header)
    if (name !== 'dkim-signature') return
    found.count++
    const domain = tagOf(header, 'd')
    const selector = tagOf(header, 's')
    if (domain !== undefined && selector !== undefined) found.signatures.set(`${selector} ${domain}`, { domain, selector })
  }
  for (const line of text.split('\n', maxHeaderLines)) {
    if (line === '' || line === '\r') break
    if (line.startsWith(' ') || line.startsWith('\t')) header += ` ${line.trim()}`
    else {
      finish()
      header = line.trimEnd()
    }
  }
  finish()
  return {
    ...found,
    signatures: [...found.signatures.values()],
    ...(trouble === undefined ? {} : { trouble }),
    ...(returnPath === undefined ? {} : { returnPath })
  }
}

export const messageSignatures = (context: Context): Promise<MessageSignatures> =>
  context.once('signatures of the message', async () => signaturesOf(context.options.message))
