import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CertificateFacts, SmtpReply } from '../../smtp/dialogue.ts'
import { DialogueError } from '../../smtp/dialogue-error.ts'
import type { Session } from '../server/session.ts'
import { announcedName, interceptionFindings, type Talk } from './interception.ts'

const reply = (stage: SmtpReply['stage'], text: string): SmtpReply => ({ stage, code: Number(text.slice(0, 3)), text, took: 1 })

type Given = {
  readonly operator?: string
  readonly greeting?: string
  readonly offers?: readonly string[]
  readonly certificate?: Partial<CertificateFacts>
  readonly address?: string
  readonly starttls?: boolean
  readonly public?: boolean
  readonly broken?: boolean
}
const talk = (index: number, given: Given): Talk => {
  const host = `mx.${given.operator ?? index}.example`
  const offers = given.offers ?? ['STARTTLS']
  const session: Session = {
    at: { host, address: given.address ?? `192.0.2.${index + 1}`, port: 25, implicitTls: false, role: 'target' },
    capabilities: new Map(offers.map((word) => [word, ''])),
    transcript: [],
    ...(given.broken
      ? { error: new DialogueError('ETIMEDOUT', 'greeting', host, `${host} took too long at greeting`, { transcript: [] }) }
      : {
          greeting: reply('greeting', given.greeting ?? `220 ${host} ESMTP`),
          ehlo: reply('ehlo', [`250-${host}`, ...offers.map((word) => `250-${word}`)].join('\n'))
        }),
    ...(given.certificate === undefined
      ? {}
      : {
          tls: {
            protocol: 'TLSv1.3',
            cipher: 'x',
            chain: [],
            chainLength: 1,
            certificate: {
              subject: `CN=${host}`,
              issuer: 'CN=Example CA',
              names: [host],
              validFrom: '',
              validTo: '',
              fingerprint256: String(index),
              authorized: true,
              ...given.certificate
            }
          }
        })
  }
  return {
    session,
    ...(given.operator === undefined ? {} : { operator: given.operator }),
    starttls: given.starttls ?? true,
    certificate: given.public ?? true
  }
}
const foreign = { authorized: false, problem: 'SELF_SIGNED_CERT_IN_CHAIN', fingerprint256: 'same', issuer: 'CN=Proxy' }
const codesOf = (given: readonly Given[], nobody: readonly (readonly [number, string])[] = [], ownRoots = false): readonly string[] =>
  interceptionFindings({ talks: given.map((one, index) => talk(index, one)), nobody: new Map(nobody), ownRoots, open: [25, 587] }).map(
    ({ code }) => code
  )

test.each<[string, readonly Given[], readonly string[]]>([
  [
    'servers that speak for themselves',
    [
      { operator: 'a', certificate: {} },
      { operator: 'b', certificate: {} }
    ],
    ['intercept.none']
  ],
  [
    'a server that was not reached beside one that was',
    [
      { operator: 'a', broken: true },
      { operator: 'b', certificate: {} }
    ],
    ['intercept.none']
  ],
  ['no server that was reached', [{ operator: 'a', broken: true }], ['intercept.unknown']],
  ['no server at all', [], ['intercept.unknown']],
  [
    'one name for two operators',
    [
      { operator: 'a', greeting: '220 proxy.hotel.example ready', certificate: {} },
      { operator: 'b', greeting: '220 Proxy.hotel.example hello', certificate: {} }
    ],
    ['intercept.same-server']
  ],
  [
    'one name for two servers of one operator',
    [
      { operator: 'a', greeting: '220 mx.a.example', certificate: {} },
      { operator: 'a', greeting: '220 mx.a.example', certificate: {} }
    ],
    ['intercept.none']
  ],
  [
    'one name for two servers of whom nothing is known',
    [
      { greeting: '220 mx.hoster.example', certificate: {} },
      { greeting: '220 mx.hoster.example', certificate: {} }
    ],
    ['intercept.none']
  ],
  [
    'one certificate for two operators',
    [
      { operator: 'a', certificate: foreign, public: false },
      { operator: 'b', certificate: foreign, public: false }
    ],
    ['intercept.same-server']
  ],
  [
    'one certificate that is good for both',
    [
      { operator: 'a', certificate: { fingerprint256: 'same' } },
      { operator: 'b', certificate: { fingerprint256: 'same' } }
    ],
    ['intercept.none']
  ],
  ['STARTTLS that is gone', [{ operator: 'a', offers: ['SIZE'] }], ['intercept.starttls-missing']],
  ['STARTTLS that nobody promised', [{ operator: 'a', offers: ['SIZE'], starttls: false }], ['intercept.none']],
  ['STARTTLS that was overwritten', [{ operator: 'a', offers: ['XXXXXXXA'] }], ['rewrite.starttls-masked']],
  ['a certificate of somebody else', [{ operator: 'a', certificate: foreign }], ['intercept.foreign-certificate']],
  [
    'a certificate of a virus scanner',
    [{ operator: 'a', certificate: { ...foreign, issuer: 'CN=AVG Web/Mail Shield Root' } }],
    ['rewrite.security-software']
  ],
  [
    'a certificate that has run out',
    [{ operator: 'a', certificate: { authorized: false, problem: 'CERT_HAS_EXPIRED' } }],
    ['intercept.none']
  ],
  ['a private certificate where nobody promised a public one', [{ operator: 'a', certificate: foreign, public: false }], ['intercept.none']]
])('%s', (_, given, codes) => expect(codesOf(given)).toEqual(codes))

test('a greeting from an address that nobody has is told, port by port', () => {
  expect(
    codesOf(
      [],
      [
        [25, '220 proxy'],
        [587, '220 proxy']
      ]
    )
  ).toEqual(['intercept.answers-for-all', 'intercept.answers-for-all'])
})

test('with roots of the caller, a certificate is foreign only where another one proves that the roots serve', () => {
  expect(codesOf([{ operator: 'a', certificate: foreign }], [], true)).toEqual(['intercept.none'])
  expect(
    codesOf(
      [
        { operator: 'a', certificate: foreign },
        { operator: 'b', certificate: {} }
      ],
      [],
      true
    )
  ).toEqual(['intercept.foreign-certificate'])
})

test.each([
  ['220 MX.Google.com ESMTP x', 'mx.google.com'],
  ['220-mail.example.net ESMTP\n220 hello', 'mail.example.net'],
  ['220 ESMTP', undefined],
  ['220 ***************', undefined],
  ['554 no.example.com', undefined]
])('%j announces %s', (greeting, name) => expect(announcedName(greeting)).toBe(name))

test('any greetings end in findings', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 4 }), (greetings) => {
      const codes = codesOf(greetings.map((greeting, index) => ({ operator: String(index), greeting, certificate: {} })))
      expect(codes.length).toBeGreaterThan(0)
    })
  )
})
