import { generateKeyPairSync } from 'node:crypto'
import { dkimSign } from 'mailauth'
import { afterEach, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from '../../../../../tests/dns/dns-server.ts'
import type { Zone } from '../../../../../tests/dns/dns-zone.ts'
import { examine } from '../../../../../tests/dns/examine-checks.ts'
import { openResolver } from '../../dns/resolver.ts'
import { messageChecks } from './checks.ts'
import { lookUpMessage } from './look-up.ts'

const now = new Date('2026-11-25T12:00:00Z')
const message = (fields = '', body = 'Hello, this is what I wanted to tell you.'): Buffer =>
  Buffer.from(
    `${fields}From: John <john@good-company.com>\r\nTo: jane@example.org\r\nSubject: Hello\r\nDate: Wed, 25 Nov 2026 11:00:00 +0000\r\nMessage-ID: <1@good-company.com>\r\n\r\n${body}\r\n`
  )

let server: DnsServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const lookUp = async (bytes: Uint8Array, zone: Zone, domains: readonly string[] = []): Promise<string[]> => {
  server = await startDnsServer(zone)
  const resolver = openResolver({ servers: [server.address], timeout: 2_000, tries: 1 })
  try {
    return (await lookUpMessage(bytes, { resolver, domains, ip: '192.0.2.1', from: 'good-company.com', now: () => now })).map(
      ({ code }) => code
    )
  } finally {
    resolver.close()
  }
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const key = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`
const zone: Zone = {
  'a._domainkey.good-company.com TXT': [key],
  '_dmarc.good-company.com TXT': ['v=DMARC1; p=reject']
}

test('the message check runs where a message is given, and leaves to the signature check what that tells better', async () => {
  const { found, asked } = await examine(
    {},
    { message: message('Received: from a by b; Wed, 25 Nov 2026 11:00:05 +0000\r\n', 'Dear ,'), now: () => now },
    messageChecks
  )
  const codes = found.map(({ code }) => code)
  expect(codes).toContain('lint.greeting-empty')
  expect(codes).not.toContain('lint.unsigned-sent')
  expect(asked).toEqual([])
  expect((await examine({}, {}, messageChecks)).found).toEqual([])
})

test('a signature is computed, and DMARC passes by it', async () => {
  const plain = message()
  const signer = {
    signingDomain: 'good-company.com',
    selector: 'a',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  }
  const { signatures } = await dkimSign(plain, {
    ...signer,
    signatureData: [signer]
  })
  const codes = await lookUp(Buffer.concat([Buffer.from(signatures), plain]), zone)
  expect(codes).toEqual(expect.arrayContaining(['dkim.signature-valid', 'dmarc.message-passes']))
  const changed = Buffer.concat([Buffer.from(signatures), message('', 'Something else.')])
  await server?.close()
  expect(await lookUp(changed, zone)).toContain('dkim.body-changed')
})

test('a server that fails leaves things unknown, and no domain is called listed', async () => {
  const codes = await lookUp(message(), () => 'servfail', ['good-company.com'])
  expect(codes.filter((code) => code.includes('listed') && code !== 'blocklist.not-listed')).toEqual([])
  expect(codes.length).toBeGreaterThan(0)
})

test('a run that was stopped ends', async () => {
  server = await startDnsServer(() => 'timeout')
  const resolver = openResolver({ servers: [server.address], timeout: 60_000, tries: 1 })
  const stopping = new AbortController()
  setTimeout(() => stopping.abort(), 20)
  const found = await lookUpMessage(message(), { resolver, domains: ['good-company.com'], signal: stopping.signal })
  resolver.close()
  expect(found.every(({ verdict }) => verdict === 'unknown')).toBe(true)
})
