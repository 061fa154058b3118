import type { FindingCode } from '../../packages/core/src/finding/finding.ts'
import { type LintOptions, type LintReport, lintMessage } from '../../packages/core/src/lint/lint-message.ts'
import { bytesOf } from '../../packages/core/src/message/decode.ts'

/** Messages for the tests of the message check, each part as it should be but for what is given. */

export const now: Date = new Date('2026-11-25T12:00:00Z')

const good: Readonly<Record<string, string>> = {
  From: 'John <john@example.com>',
  To: 'jane@example.org',
  Subject: 'Hello',
  Date: 'Wed, 25 Nov 2026 11:00:00 +0000',
  'Message-ID': '<1@example.com>'
}

export const words = 'These are the words that somebody wrote for somebody else to read, and they are enough.'

/** A message with these fields in place of ordinary ones; `undefined` leaves one out, a list writes one several times. */
export const message = (
  fields: Readonly<Record<string, string | readonly string[] | undefined>> = {},
  body: string = `${words}\r\n`
): string => {
  const lines = Object.entries({ ...good, ...fields }).flatMap(([name, value]) =>
    value === undefined ? [] : (typeof value === 'string' ? [value] : value).map((one) => `${name}: ${one}`)
  )
  return [...lines, '', body].join('\r\n')
}

export const lint = (text: string, options: LintOptions = {}): LintReport => lintMessage(bytesOf(text), { now, ...options })

/** What fails, warns or is unknown. */
export const trouble = (text: string, options: LintOptions = {}): FindingCode[] =>
  lint(text, options)
    .findings.filter(({ verdict }) => verdict !== 'pass')
    .map(({ code }) => code)

export const codes = (text: string, options: LintOptions = {}): FindingCode[] => lint(text, options).findings.map(({ code }) => code)

export const mime = (type: string, encoding: string | undefined, body: string): string =>
  message({ 'MIME-Version': '1.0', 'Content-Type': type, 'Content-Transfer-Encoding': encoding }, body)

export const alternative = (html: string, plain: string | undefined = words): string =>
  mime(
    'multipart/alternative; boundary=a',
    undefined,
    `${plain === undefined ? '' : `--a\r\nContent-Type: text/plain\r\n\r\n${plain}\r\n`}--a\r\nContent-Type: text/html\r\n\r\n${html}\r\n--a--\r\n`
  )

export const linked = (href: string, text = 'here'): string => alternative(`<p>${words} <a href="${href}">${text}</a></p>`)

export const manyLines = (line: string, bytes: number): string => `${line}\r\n`.repeat(Math.ceil(bytes / (line.length + 2)))

export const attached = (name: string, content: Uint8Array | string, type = 'application/octet-stream'): string => {
  const bytes = typeof content === 'string' ? bytesOf(content) : content
  const encoded = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replace(/.{76}/g, '$&\r\n')
  return mime(
    'multipart/mixed; boundary=a',
    undefined,
    `--a\r\n\r\n${words}\r\n--a\r\nContent-Type: ${type}\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n--a--\r\n`
  )
}

export const program = `MZ\x90\0${'\0'.repeat(80)}PE`

export const signature = (fields: string, tags = ''): string => `v=1; a=rsa-sha256; d=example.com; s=a; h=${fields}; bh=x; b=y${tags}`

export const visible = 'from:to:subject:date'

export const listed = {
  'List-Unsubscribe': '<https://example.com/u>',
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  'DKIM-Signature': signature(`${visible}:list-unsubscribe:list-unsubscribe-post`)
}

export const footer = `${words}\r\nUnsubscribe: https://example.com/u\r\n`

export const arc = (instance: number, result: string): Readonly<Record<string, string>> => ({
  'ARC-Seal': `i=${instance}; a=rsa-sha256; cv=${result}; d=example.net; s=a; b=x`,
  'ARC-Message-Signature': `i=${instance}; a=rsa-sha256; d=example.net; s=a; h=from; bh=x; b=x`,
  'ARC-Authentication-Results': `i=${instance}; mx.example.net; dkim=pass`
})

export const chain = (...sets: readonly Readonly<Record<string, string>>[]): string =>
  message(
    Object.fromEntries(
      ['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results'].map((name) => [name, sets.flatMap((set) => set[name] ?? [])])
    )
  )
