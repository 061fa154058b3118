import { expect, test } from 'vitest'
import {
  alternative,
  attached,
  footer,
  linked,
  lint,
  listed,
  message,
  mime,
  signature,
  trouble,
  words
} from '../../../../tests/lint/compose.ts'
import type { FindingCode } from '../finding/finding.ts'

/** Mail as it is in the world: what looks like a fault and is none, and what looks harmless and is one. */

const utf8 = (text: string): string => Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
const received = 'from a.example.com by b.example.org; Wed, 25 Nov 2026 11:00:05 +0000'
const patch = {
  To: 'list@lists.example.com',
  Subject: '[PATCH] docs: explain {{ name }}',
  'List-Id': '<list.lists.example.com>',
  'List-Unsubscribe': '<mailto:list+unsubscribe@lists.example.com>',
  Precedence: 'bulk'
}
const csv = (content: string): string =>
  attached('list.csv', content, 'text/csv; charset=us-ascii').replace('filename="list.csv"', 'filename="list.csv"; size=9')

test.each<[string, string]>([
  ['a thumb for an answer', mime('text/plain; charset=utf-8', '8bit', utf8('\u{1f44d}\r\n'))],
  ['one letter', message({}, 'k\r\n')],
  ["a calendar's answer alone", mime('text/calendar; method=REPLY; charset=utf-8', '7bit', 'BEGIN:VCALENDAR\r\n')],
  ['a message that is passed on alone', mime('message/rfc822', undefined, message())],
  [
    'Chinese words beside an image',
    mime(
      'multipart/alternative; boundary=a',
      undefined,
      `--a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${utf8('您好,我们的冬季新品已经上架,欢迎您来挑选。现在购买可享受八折优惠,活动截止到本月底。')}\r\n--a\r\nContent-Type: text/html\r\n\r\n<img src="https://example.com/a.png" alt="">x\r\n--a--\r\n`
    )
  ],
  ['a table whose letters are not those of its label', csv(utf8('Müller;Köln'))],
  ['a signature of Microsoft 365, without To', message({ 'DKIM-Signature': signature('from:date:subject:message-id:content-type') })],
  ['a signature of SendGrid, without Date', message({ 'DKIM-Signature': signature('content-type:from:subject:to') })],
  ['a bounce that nobody signed', message({ 'Return-Path': '<>', Received: received })],
  [
    'a report of cron',
    message({
      'Return-Path': '<root@example.com>',
      Received: 'by web1.example.com (Postfix, from userid 0) id 1; Wed, 25 Nov 2026 11:00:00 +0000'
    })
  ],
  ['an answer about a tag', message({ 'In-Reply-To': '<2@example.org>' }, `Write *|UNSUB|* there.\r\n${words}\r\n`)],
  ['an answer about templates', message({ 'In-Reply-To': '<2@example.org>', Subject: 'Re: {{ name }}' }, `Not *|FNAME|*.\r\n${words}\r\n`)],
  ['a report with signs of code', message({}, `error: \${HOME} of [NAME] and <%= name %>\r\n${words}\r\n`)],
  ['a post to a list', message(patch, `+CC = \${CROSS}gcc {{ name }}\r\n${words}\r\n`)],
  ["a list's notice", message({ Precedence: 'bulk' }, `Your message to the list waits for its moderator.\r\n`)],
  ['a vacation answer', message({ Precedence: 'bulk', 'In-Reply-To': '<2@example.org>' })],
  [
    'a notice of a program that can be switched off',
    message({ 'Auto-Submitted': 'auto-generated', 'List-Id': '<x.example.com>', 'List-Unsubscribe': '<https://example.com/u>' })
  ],
  ['words about unsubscribing, and a page', message({}, 'We want to unsubscribe from the paper.\r\nSee https://example.com/x please.\r\n')],
  [
    'a short answer with an image that counts',
    alternative('<p>Ok</p><img src="https://example.com/1.gif">', 'Ok').replace('To:', 'In-Reply-To: <1@example.org>\r\nTo:')
  ],
  ['a receipt with settings below', linked('https://example.com/settings', 'Manage preferences')],
  ["the sender's page behind a counter of clicks", linked('https://click.example.net/1', 'www.example.com')],
  [
    'an address behind a gateway that checks it',
    linked('https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.wikipedia.org%2Fx', 'https://www.wikipedia.org/x')
  ],
  ['an address that a mail program made a link', linked('http://www.example.com/', 'www.example.com')],
  ['a host of the own network, within the firm', message({ To: 'ops@example.com' }, `${words} http://10.0.0.5:9090/graph\r\n`)],
  [
    'an address beyond ASCII',
    message({ From: utf8('用户 <用户@例子.example.com>'), Subject: utf8('你好') }).replaceAll('Date', 'MIME-Version: 1.0\r\nDate')
  ]
])('nothing is wrong with %s', (_, text) => {
  expect(trouble(text)).toEqual([])
})

test.each<[string, string, readonly FindingCode[]]>([
  ['a mark of UTF-8 in front', `\xef\xbb\xbf${message()}`, ['lint.byte-order-mark']],
  ['a mark of UTF-16 in front', `\xff\xfe${[...message()].map((letter) => `${letter}\0`).join('')}`, ['lint.byte-order-mark']],
  ['a comma in the name', message({ From: 'Doe, John <john@example.com>' }), ['lint.from-name-unquoted']],
  ['a comma in quotes', message({ From: '"Doe, John" <john@example.com>' }), []],
  ['a path that imitates', linked('https://evil.example.net/www.wikipedia.org/', 'www.wikipedia.org'), ['lint.link-mismatch']],
  ['a greeting with code', message({}, `Hello \${name},\r\n${words}\r\n`), ['lint.merge-unfilled']],
  [
    'a host of the own network, for others too',
    message({ To: 'ops@example.com', Cc: 'x@example.org' }, `${words} http://10.0.0.5/\r\n`),
    ['lint.link-private']
  ],
  ['a program in gzip without a name', attached('run.exe.gz', '\x1f\x8b\x08\0\0\0\0\0\0\x03zz'), ['lint.attachment-in-archive']],
  [
    'a page of the own machine, within the firm',
    linked('http://localhost:3000/reset').replace('jane@example.org', 'jane@example.com'),
    ['lint.link-private']
  ],
  [
    'a host of the own network in bulk mail to oneself',
    message({ ...listed, To: 'me@example.com' }, `${footer}https://jenkins/x\r\n`),
    ['lint.link-private']
  ],
  ['a zip that is none', attached('a.zip', 'hello'), ['lint.attachment-archive-broken']],
  [
    'HTML with Precedence alone',
    alternative(`<p>${words}</p>`).replace('To:', 'Precedence: bulk\r\nTo:'),
    ['lint.list-unsubscribe-missing', 'lint.unsubscribe-link-missing']
  ]
])('%s', (_, text, expected) => {
  expect(trouble(text)).toEqual(expected)
})

test('the fix for a comma in the name is the field as it should be', () => {
  const { findings } = lint(message({ From: 'Example, Inc. <john@example.com>' }))
  expect(findings.find(({ code }) => code === 'lint.from-name-unquoted')?.fix).toContain('From: "Example, Inc." <john@example.com>')
})

test('an empty file is said to be empty, and what needs SMTPUTF8 is told', () => {
  expect(lint('').findings).toMatchObject([{ code: 'lint.not-a-message', evidence: ['It is empty.'] }])
  const { findings, facts } = lint(message({ From: utf8('用户 <用户@例子.example.com>') }))
  expect(findings.map(({ code }) => code)).toContain('lint.smtputf8')
  expect(facts.from).toEqual([{ name: '用户', address: '用户@例子.example.com' }])
})
