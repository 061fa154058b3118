import { createHash, X509Certificate } from 'node:crypto'
import type { Finding, FindingCode } from '@whybounce/core/finding'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { runCheck } from '../../../../../tests/doctor/run-check.ts'
import { makeCertificate, makeCertificates } from '../../../../../tests/smtp/certificates.ts'
import { listenSmtp, type Script, type ScriptedServer } from '../../../../../tests/smtp/scripted-server.ts'
import type { PresentedCertificate } from '../../smtp/dialogue.ts'
import { fitsTlsa, isUsable, parseTlsa } from './dane.ts'
import { daneCheck } from './dane-check.ts'

const certificates = makeCertificates()
const servers: ScriptedServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const hash = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex')
const shownAs = (pem: string): PresentedCertificate => {
  const x509 = new X509Certificate(pem)
  const [validFrom, validTo] = [x509.validFrom, x509.validTo].map((time) => new Date(time).toISOString())
  return {
    subject: x509.subject,
    issuer: x509.issuer,
    names: [],
    validFrom: validFrom ?? '',
    validTo: validTo ?? '',
    fingerprint256: x509.fingerprint256,
    der: new Uint8Array(x509.raw),
    key: '',
    signature: ''
  }
}
const [good, authority, expired] = [certificates.good, certificates.authority, certificates.expired].map(({ cert }) => shownAs(cert))
if (good === undefined || authority === undefined || expired === undefined) throw new Error('no certificates')
const keyOf = (pem: string): Uint8Array => new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
const goodKey = keyOf(certificates.good.cert)
const authorityKey = keyOf(certificates.authority.cert)
const chain = [good, authority]
const stranger = shownAs(makeCertificate('Test Authority', []).cert)

describe('a TLSA record', () => {
  it.each<[string, string, readonly PresentedCertificate[], boolean]>([
    ['3 0 0', `3 0 0 ${hex(good.der)}`, chain, true],
    ['3 0 1', `3 0 1 ${hash('sha256', good.der)}`, chain, true],
    ['3 0 2', `3 0 2 ${hash('sha512', good.der)}`, chain, true],
    ['3 1 0', `3 1 0 ${hex(goodKey)}`, chain, true],
    ['3 1 1', `3 1 1 ${hash('sha256', goodKey)}`, chain, true],
    ['3 1 2', `3 1 2 ${hash('sha512', goodKey)}`, chain, true],
    ['3 1 1 in capitals', `3 1 1 ${hash('sha256', goodKey).toUpperCase()}`, chain, true],
    ['3 1 1 of an expired certificate (RFC 7672 §3.1.1)', `3 1 1 ${hash('sha256', keyOf(certificates.expired.cert))}`, [expired], true],
    ['3 1 1 of the authority', `3 1 1 ${hash('sha256', authorityKey)}`, chain, false],
    ['2 1 1 of the authority', `2 1 1 ${hash('sha256', authorityKey)}`, chain, true],
    ['2 0 1 of the authority', `2 0 1 ${hash('sha256', authority.der)}`, chain, true],
    ['2 1 1 of an authority that is not shown', `2 1 1 ${hash('sha256', authorityKey)}`, [good], false],
    ['2 1 1 behind an expired certificate', `2 1 1 ${hash('sha256', authorityKey)}`, [expired, authority], false],
    ['2 1 1 of an authority that only has the name', `2 0 1 ${hash('sha256', stranger.der)}`, [good, stranger], false],
    [
      '2 1 1 of a certificate for another name',
      `2 1 1 ${hash('sha256', authorityKey)}`,
      [shownAs(certificates.otherName.cert), authority],
      false
    ],
    ['1 1 1, which mail does not use', `1 1 1 ${hash('sha256', goodKey)}`, chain, false],
    ['a digest that is cut', `3 1 1 ${hash('sha256', goodKey).slice(2)}`, chain, false],
    ['nothing shown', `3 1 1 ${hash('sha256', goodKey)}`, [], false]
  ])('%s', (_name, record, shown, fits) => {
    const tlsa = parseTlsa(record)
    if (tlsa === undefined) throw new Error('not read')
    expect(fitsTlsa(tlsa, shown, ['mx.example.com'], new Date())).toBe(fits)
  })

  it.each(['', '3 1 1', '3 1 1 xyz', '3 1 1 aa bb', '-1 1 1 aa', '3  1 1 aa'])('%j is none', (record) => {
    expect(parseTlsa(record)).toBeUndefined()
  })

  it('of any text or numbers does no harm', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseTlsa(text)))
    const numbers = fc.nat(300)
    fc.assert(
      fc.property(numbers, numbers, numbers, fc.stringMatching(/^[0-9a-f]{0,80}$/), (usage, selector, matching, data) => {
        const record = { usage, selector, matching, data }
        expect(fitsTlsa(record, chain, ['mx.example.com'], new Date()) && !isUsable(record)).toBe(false)
      })
    )
  })

  it('two certificates that signed each other end', () => {
    const tlsa = { usage: 2, selector: 1, matching: 1, data: '0'.repeat(64) }
    expect(fitsTlsa(tlsa, [good, ...Array.from({ length: 19 }, () => authority)], ['mx.example.com'], new Date())).toBe(false)
  })
})

describe('DANE of a server', () => {
  const right = `3 1 1 ${hash('sha256', goodKey)}`
  const wrong = `3 1 1 ${'0'.repeat(64)}`
  const signed = (...answers: readonly string[]) => ({ answers, authenticated: true })
  /** The port of MX is 25: the check looks at no other. */
  const run = async (
    tlsa: ZoneTable[string],
    more: ZoneTable = {},
    trusted = true,
    script: Script = { tls: certificates.good }
  ): Promise<readonly Finding[]> => {
    const server = await listenSmtp(script)
    servers.push(server)
    const zone: ZoneTable = {
      'example.com MX': signed('10 mx.example.com'),
      'mx.example.com A': signed('127.0.0.1'),
      'mx.example.com AAAA': signed(),
      '_25._tcp.mx.example.com TLSA': tlsa,
      ...more
    }
    return runCheck(
      daneCheck,
      { kind: 'domain', domain: 'example.com' },
      {
        zone,
        options: { trustedResolver: trusted, allowPrivate: true, roots: [certificates.authority.cert] },
        before: (context) => {
          const at = { host: 'mx.example.com', address: '127.0.0.1', port: 25, implicitTls: false, role: 'mx' as const }
          void context.once('servers', async () => ({ servers: [at], withoutIpv6: [], notAllowed: [] }))
          const { open } = context
          Object.assign(context, { open: (options: Parameters<typeof open>[0]) => open({ ...options, port: server.port }) })
        }
      }
    )
  }

  it.each<[string, ZoneTable[string], ZoneTable, boolean, Script | undefined, readonly FindingCode[]]>([
    ['no record', signed(), {}, true, undefined, ['dane.not-used']],
    ['the record of its key', signed(right), {}, true, undefined, ['dane.matches']],
    ['one of two records fits', signed(wrong, right), {}, true, undefined, ['dane.matches']],
    ['the record of another key', signed(wrong), {}, true, undefined, ['dane.mismatch']],
    ['usages that mail does not know', signed(`1 1 1 ${'0'.repeat(64)}`), {}, true, undefined, ['dane.unusable']],
    ['a record without DNSSEC', [right], {}, true, undefined, ['dane.unsigned']],
    ['an address without DNSSEC', signed(right), { 'mx.example.com A': ['127.0.0.1'] }, true, undefined, ['dane.unsigned']],
    ['an MX without DNSSEC', signed(right), { 'example.com MX': ['10 mx.example.com'] }, true, undefined, ['dane.route-unsigned']],
    [
      'an MX without DNSSEC, and another certificate',
      signed(`3 1 1 ${'0'.repeat(64)}`),
      { 'example.com MX': ['10 mx.example.com'] },
      true,
      undefined,
      ['dane.mismatch']
    ],
    ['a resolver that is not trusted', signed(right), {}, false, undefined, ['dane.not-believed']],
    ['a question that fails under a signed name', 'servfail', {}, true, undefined, ['dane.lookup-fails']],
    ['a question that fails, by a resolver that is not trusted', 'servfail', {}, false, undefined, ['dane.unknown']],
    ['a question without an answer', 'timeout', {}, true, undefined, ['dane.unknown']],
    ['no STARTTLS', signed(right), {}, true, { offers: ['PIPELINING'] }, ['dane.no-tls']],
    [
      'a handshake that fails',
      signed(right),
      {},
      true,
      { offers: ['STARTTLS'], starttls: ['220 go', { wait: 20 }, 'CLOSE'] },
      ['dane.no-tls']
    ],
    ['a server that does not talk', signed(right), {}, true, { greeting: ['CLOSE'] }, ['dane.not-compared']],
    ['a server that refuses us', signed(right), {}, true, { greeting: '554 no' }, ['dane.not-compared']]
  ])('%s', async (_name, tlsa, more, trusted, script, codes) => {
    expect((await run(tlsa, more, trusted, script)).map(({ code }) => code)).toEqual(codes)
  })

  it('that does not match tells the record that would', async () => {
    const [found] = await run(signed(wrong))
    expect(found?.fix).toContain(`_25._tcp.mx.example.com. TLSA ${right}`)
  })
})
