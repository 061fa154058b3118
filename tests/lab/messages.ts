import { createHash, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { signingKey } from './domains.ts'
import { senders } from './reverse-names.ts'

type Header = readonly [name: string, value: string]

const relaxed = ([name, value]: Header): string => `${name.toLowerCase()}:${value.replace(/\s+/g, ' ').trim()}\r\n`

/** Signs as RFC 6376 §3.7 has it, relaxed/relaxed; for bodies without runs of blanks and without empty lines at the end. */
const signed = (headers: readonly Header[], body: string, domain: string, selector: string): Header => {
  const hash = createHash('sha256').update(body).digest('base64')
  const names = headers.map(([name]) => name).join(':')
  const unsigned = `v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=${selector}; h=${names}; bh=${hash}; b=`
  const data = `${headers.map(relaxed).join('')}${relaxed(['DKIM-Signature', unsigned]).slice(0, -2)}`
  return ['DKIM-Signature', `${unsigned}${sign('sha256', Buffer.from(data), signingKey()).toString('base64')}`]
}

const text = (headers: readonly Header[], body: string): string =>
  `${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`

const body = 'Hello Anna,\r\n\r\nthe minutes of Tuesday are on the shelf as always.\r\n\r\nJohn\r\n'

const headersOf = (from: string, extra: readonly Header[] = []): readonly Header[] => [
  ['From', from],
  ['To', 'Anna <anna@example.org>'],
  ['Subject', 'Minutes of Tuesday'],
  ['Date', new Date(Date.now() - 60_000).toUTCString().replace('GMT', '+0000')],
  ['Message-ID', '<20260101.1@healthy-lab.net>'],
  ['MIME-Version', '1.0'],
  ['Content-Type', 'text/plain; charset=utf-8'],
  ...extra
]

const received: readonly Header[] = [
  ['Return-Path', '<john@healthy-lab.net>'],
  [
    'Received',
    `from out.healthy-lab.net (out.healthy-lab.net [${senders.good}]) by mx.example.org with ESMTPS; ${new Date().toUTCString().replace('GMT', '+0000')}`
  ]
]

/** Messages as a receiver has them, with what can go wrong on the way. */
export const writeMessages = (folder: string): void => {
  mkdirSync(folder, { recursive: true })
  const write = (name: string, headers: readonly Header[], content = body): void =>
    writeFileSync(join(folder, `${name}.eml`), text([...received, ...headers], content))
  const own = headersOf('John <john@healthy-lab.net>')
  const signature = signed(own, body, 'healthy-lab.net', 'default')
  write('good', [signature, ...own])
  write('changed', [signature, ...own], `${body}-- \r\nThis message was scanned.\r\n`)
  write('subject-changed', [signature, ...own.map(([name, value]): Header => [name, name === 'Subject' ? `[list] ${value}` : value])])
  write('no-key', [signed(own, body, 'healthy-lab.net', 'gone'), ...own])
  write('unsigned', own)
  const foreign = headersOf('John <john@opensmtpd-lab.net>')
  write('not-aligned', [signed(foreign, body, 'healthy-lab.net', 'default'), ...foreign])
  const boundary = 'lab-boundary'
  const mixed = headersOf('John <john@healthy-lab.net>').map(
    ([name, value]): Header => [name, name === 'Content-Type' ? `multipart/mixed; boundary=${boundary}` : value]
  )
  const parts = `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n--${boundary}\r\nContent-Type: application/octet-stream; name="setup.exe"\r\nContent-Disposition: attachment; filename="setup.exe"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from('MZ this is no program').toString('base64')}\r\n--${boundary}--\r\n`
  write('attachment', [signed(mixed, parts, 'healthy-lab.net', 'default'), ...mixed], parts)
}
