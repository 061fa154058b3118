import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parseCapabilities } from '../../smtp/capabilities.ts'
import { challengeOf, chooseMechanism, cramMd5Message, mechanismsOf, plainMessage, takesTokensOnly } from './sasl.ts'
import { provesItself, scramSha256 } from './scram.ts'

test('PLAIN is that of RFC 4616 §4', () => {
  expect(Buffer.from(plainMessage('tim', 'tanstaaftanstaaf'), 'base64').toString()).toBe('\0tim\0tanstaaftanstaaf')
})

test('CRAM-MD5 is that of RFC 2195 §2', () => {
  const challenge = Buffer.from('<1896.697170952@postoffice.reston.mci.net>')
  expect(Buffer.from(cramMd5Message('tim', 'tanstaaftanstaaf', challenge), 'base64').toString()).toBe(
    'tim b913a602c7eda7a495b4e6e7334d3890'
  )
})

describe('SCRAM-SHA-256', () => {
  const nonce = 'rOprNGfwEbeRWgbNEkqO'
  const serverFirst = `r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`
  const client = scramSha256('user', 'pencil', nonce)

  it('is that of RFC 7677 §3', async () => {
    expect(client.first).toBe(`n,,n=user,r=${nonce}`)
    const final = await client.final(serverFirst)
    if ('odd' in final) throw new Error(final.odd)
    expect(final.message).toBe(`c=biws,r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`)
    expect(provesItself('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=', final.serverSignature)).toBe(true)
    expect(provesItself('v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=', final.serverSignature)).toBe(false)
    expect(provesItself('e=other-error', final.serverSignature)).toBe(false)
    expect(provesItself('', final.serverSignature)).toBe(false)
  })

  it('writes = and , of a user name as RFC 5802 §5.1 wants', () => expect(scramSha256('a=b,c', 'x', 'N').first).toBe('n,,n=a=3Db=2Cc,r=N'))

  it.each([
    ['nothing', '', 'none of SCRAM'],
    ['an error', 'e=unknown-user', 'none of SCRAM'],
    ['a nonce of its own', 'r=other,s=QSXCR+Q6sek8bf92,i=4096', 'did not add to the nonce'],
    ['our nonce alone', `r=${nonce},s=QSXCR+Q6sek8bf92,i=4096`, 'did not add to the nonce'],
    ['rounds without end', serverFirst.replace('4096', '999999999'), 'asks for 999999999 rounds'],
    ['no rounds', serverFirst.replace('4096', '0'), 'asks for 0 rounds'],
    ['an extension that must be understood', `m=x,${serverFirst}`, 'none of SCRAM']
  ])('gives up at %s', async (_, message, why) => {
    expect(await client.final(message)).toEqual({ odd: expect.stringContaining(why) })
  })

  it('never throws, whatever the server says', async () => {
    const part = fc.constantFrom('r=', nonce, ',s=', ',i=', '12', 'QQ==', '=', ',', 'v=', '\u0000', '\n', '☃')
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
        ),
        async (message) => {
          expect(await client.final(message)).toBeTypeOf('object')
          provesItself(message, Buffer.alloc(32))
        }
      )
    )
  })
})

describe('the list of mechanisms', () => {
  const list = (lines: string): readonly string[] => mechanismsOf(parseCapabilities(`250-mail.example.com\n${lines}`))
  it.each<[string, string, readonly string[]]>([
    ['in the usual form', '250 AUTH PLAIN LOGIN', ['PLAIN', 'LOGIN']],
    ['with the old form beside it', '250-AUTH PLAIN LOGIN\n250 AUTH=PLAIN LOGIN', ['PLAIN', 'LOGIN']],
    ['in small letters', '250 auth plain scram-sha-256', ['PLAIN', 'SCRAM-SHA-256']],
    ['empty', '250 AUTH', []],
    ['absent', '250 SIZE 1000', []],
    ['that was written over', '250 XXXXXXXXXXXX', []],
    ['with what is no mechanism', '250 AUTH PLAIN (x) a-name-that-is-far-too-long-for-one', ['PLAIN']]
  ])('%s', (_, lines, expected) => expect(list(lines)).toEqual(expected))

  it('is bounded and clean, whatever a server says', () =>
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000 }), (text) => {
        const found = mechanismsOf(new Map([['AUTH', text]]))
        expect(found.length).toBeLessThanOrEqual(40)
        for (const name of found) expect(name).toMatch(/^[A-Z0-9_-]{1,20}$/)
      })
    ))
})

test.each<[readonly string[], boolean, string | undefined]>([
  [['CRAM-MD5', 'LOGIN', 'PLAIN'], true, 'PLAIN'],
  [['LOGIN', 'XOAUTH2'], true, 'LOGIN'],
  [['DIGEST-MD5', 'CRAM-MD5'], true, 'CRAM-MD5'],
  [['PLAIN', 'SCRAM-SHA-256'], false, 'SCRAM-SHA-256'],
  [['PLAIN', 'CRAM-MD5'], false, 'CRAM-MD5'],
  [['XOAUTH2'], true, undefined],
  [['NTLM', 'GSSAPI'], true, undefined]
])('of %j, inside TLS %s: %s', (offered, insideTls, expected) => expect(chooseMechanism(offered, insideTls)).toBe(expected))

test.each<[readonly string[], boolean]>([
  [['XOAUTH2', 'OAUTHBEARER'], true],
  [['LOGIN', 'XOAUTH2'], false],
  [[], false]
])('%j takes tokens only: %s', (offered, expected) => expect(takesTokensOnly(offered)).toBe(expected))

test.each<[string, string | undefined]>([
  ['334 VXNlcm5hbWU6', 'Username:'],
  ['334 ', ''],
  ['334', ''],
  ['334 not base64', undefined],
  ['334 QQ', undefined],
  ['334-QQ==\n334 QQ==', undefined],
  [`334 ${'QUFB'.repeat(1_000)}`, undefined]
])('the challenge of %j', (reply, expected) => expect(challengeOf(reply)?.toString()).toBe(expected))

test('a challenge is bounded and never throws, whatever a server says', () =>
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String({ maxLength: 4_000 })), (text) => {
      expect(challengeOf(`334 ${text}`)?.length ?? 0).toBeLessThanOrEqual(1_500)
    })
  ))
