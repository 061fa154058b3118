import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export type Mail = { readonly name: string; readonly bytes: Buffer }

const tests = join(import.meta.dirname, '..', 'tests', 'messages')

/** The bounces of the corpora beside the repository (WHYBOUNCE_CORPORA); where they are absent, our own test messages. */
export const readCorpus = (): { readonly from: string; readonly mails: readonly Mail[] } => {
  const corpora = process.env.WHYBOUNCE_CORPORA ?? join(import.meta.dirname, '..', '..', 'shared', 'corpora')
  const bounces = join(corpora, 'bounces', 'maildir', 'bsd')
  const isThere = existsSync(bounces)
  const folder = isThere ? bounces : tests
  const mails = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
  return { from: isThere ? 'corpora: bounces/maildir/bsd' : 'tests/messages', mails }
}

export const writeFolder = (folder: string, contents: readonly (Uint8Array | string)[]): string => {
  mkdirSync(folder, { recursive: true })
  for (const [index, content] of contents.entries()) writeFileSync(join(folder, `${String(index).padStart(5, '0')}.eml`), content)
  return folder
}

/** A Maildir of so many messages, as a mailbox for bounces fills: the same ones over and over, each in its own file. */
export const writeMaildir = (folder: string, mails: readonly Mail[], count: number): string => {
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(folder, name), { recursive: true })
  for (let index = 0; index < count; index++) {
    const mail = mails[index % mails.length]
    if (mail !== undefined) writeFileSync(join(folder, 'cur', `${1_700_000_000 + index}.${index}.mx.example:2,`), mail.bytes)
  }
  return folder
}

/** The same as one mbox (mboxrd: lines that begin with any number of `>` and `From ` get one `>` more). */
export const writeMbox = (file: string, mails: readonly Mail[], count: number): string => {
  const blocks = mails.map(({ bytes }) =>
    Buffer.from(`From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n${bytes.toString('latin1').replace(/^(>*From )/gm, '>$1')}\n\n`, 'latin1')
  )
  const out = openSync(file, 'w')
  for (let index = 0; index < count; index += blocks.length) writeSync(out, Buffer.concat(blocks.slice(0, count - index)))
  return file
}

const million = 1_000_000

/** A DSN; `returned` is the message that it gives back. */
const dsn = (returned: string): string => `From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: sender@example.com
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 10:00:00 +0000
Message-ID: <1@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="outer"

--outer
Content-Type: text/plain; charset=us-ascii

<someone@example.org>: host mx.example.org[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command)

--outer
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; someone@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--outer
Content-Type: message/rfc822

From: sender@example.com
To: someone@example.org
Subject: the file
Message-ID: <2@example.com>
MIME-Version: 1.0
${returned}
--outer--
`

/** What a server with a generous limit sends back whole. */
export const largeMails = (): readonly Mail[] => {
  const line = `${Buffer.alloc(57, 'attachment').toString('base64')}\n`
  const attachment = `Content-Type: multipart/mixed; boundary="inner"\n\n--inner\nContent-Type: text/plain\n\nHere it is.\n\n--inner\nContent-Type: application/pdf; name="a.pdf"\nContent-Transfer-Encoding: base64\n\n${line.repeat(Math.ceil((15 * million) / line.length))}\n--inner--\n`
  const words = 'Grüße aus Köln, und noch eine Zeile mit Umlauten, die niemand kodiert hat: äöüß\n'
  const text = `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${words.repeat(Math.ceil((15 * million) / Buffer.byteLength(words)))}`
  return [
    { name: 'returned with a base64 attachment', bytes: Buffer.from(dsn(attachment)) },
    { name: 'returned 8-bit text, CRLF', bytes: Buffer.from(dsn(text).replaceAll('\n', '\r\n')) }
  ]
}

const notice = (fields: string, body = ''): string =>
  `From: MAILER-DAEMON@mx.example.com\nTo: sender@example.com\nSubject: Undelivered Mail Returned to Sender\n${fields}\n${body}`
const repeat = (unit: string, size: number): string => unit.repeat(Math.ceil(size / unit.length))
/** Sums to about the size, whatever each step's number adds to it. */
const numbered = (unit: (step: number) => string, size: number): string[] => {
  const all: string[] = []
  for (let length = 0; length < size; length += all.at(-1)?.length ?? size) all.push(unit(all.length))
  return all
}
const report = (body: string): string => notice('Content-Type: multipart/report; report-type=delivery-status; boundary=b\n', body)

/** Made to hurt: each by its size in bytes. Twice the size may take twice the time. */
export const hostile: Readonly<Record<string, (size: number) => string>> = {
  'one line of letters': (size) => notice('', repeat('a', size)),
  'one line of words': (size) => notice('', repeat('delivery to the recipient failed ', size)),
  '@': (size) => notice('', repeat('@', size)),
  '<a@b>\\n': (size) => notice('', repeat('<a@b>\n', size)),
  '<a12@b.example>: 550 no such user\\n': (size) =>
    notice('', numbered((step) => `<a${step}@b.example>: 550 no such user\n`, size).join('')),
  '<<<< in HTML': (size) => notice('Content-Type: text/html\n', repeat('<', size)),
  'one header': (size) => notice(`X-Long: ${repeat('a', size)}\n`),
  'one header, folded': (size) => notice(`References:${repeat('\n <a@b.example>', size)}\n`),
  'one subject of encoded words': (size) => notice('').replace('Undelivered', repeat('=?utf-8?q?Undelivered?= ', size)),
  'From: ((((': (size) => notice('').replace('MAILER-DAEMON', `${repeat('(', size)}MAILER-DAEMON`),
  'many headers': (size) => notice(numbered((step) => `X-${step}: a\n`, size).join('')),
  'parts, 100,000 in 1 MB': (size) => notice('Content-Type: multipart/mixed; boundary=b\n', repeat('--b\n\nab\n', size)),
  'multiparts in multiparts': (size) => {
    const levels = numbered((step) => `Content-Type: multipart/mixed; boundary=b${step}\n\n--b${step}\n`, size)
    return notice(levels.join(''))
  },
  'messages in messages': (size) => notice(repeat('Content-Type: message/rfc822\n\n', size)),
  'boundary that never comes': (size) => notice('Content-Type: multipart/mixed; boundary=b\n', repeat('--c\n\nab\n', size)),
  'recipients in one delivery status': (size) =>
    report(
      `--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n${numbered((step) => `Final-Recipient: rfc822; a${step}@b.example\nAction: failed\nStatus: 5.1.1\n\n`, size).join('')}--b--\n`
    ),
  'base64 of nothing': (size) => notice('Content-Type: text/plain\nContent-Transfer-Encoding: base64\n', repeat('====\n', size)),
  'quoted-printable of =': (size) => notice('Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n', repeat('=', size)),
  'line ends': (size) => notice('', repeat('\r', size)),
  zeros: (size) => '\0'.repeat(size)
}
