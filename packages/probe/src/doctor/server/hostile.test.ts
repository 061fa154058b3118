import { findingCodes } from '@whybounce/core/finding'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCapabilities } from '../../smtp/capabilities.ts'
import type { SmtpReply, TlsFacts } from '../../smtp/dialogue.ts'
import { DialogueError } from '../../smtp/dialogue-error.ts'
import { reachFindings } from './reach-findings.ts'
import type { Session } from './session.ts'
import { tlsFindings } from './tls-check.ts'

const text = fc.string({ unit: 'binary', maxLength: 2_000 })
const stage = fc.constantFrom('connect', 'greeting', 'ehlo', 'starttls', 'mail' as const)
const reply = fc.record<SmtpReply>({ stage, code: fc.nat(999), text, took: fc.nat(100_000) })
const certificate = {
  subject: text,
  issuer: text,
  names: fc.array(text, { maxLength: 5 }),
  validFrom: fc.oneof(text, fc.constant('2020-01-01T00:00:00.000Z')),
  validTo: fc.oneof(text, fc.constant('2020-01-01T00:00:00.000Z')),
  fingerprint256: text
}
const tls: fc.Arbitrary<TlsFacts> = fc.record({
  protocol: text,
  cipher: text,
  certificate: fc.record({ ...certificate, authorized: fc.boolean(), problem: text }),
  chain: fc.array(fc.record({ ...certificate, der: fc.uint8Array({ maxLength: 100 }), key: text, keyBits: fc.nat(), signature: text }), {
    maxLength: 3
  }),
  chainLength: fc.nat(1_000)
})

it('whatever a server says, the findings are sound, bounded and of one line each', () => {
  const code = fc.oneof(text, fc.constantFrom('ETIMEDOUT', 'ECLOSED', 'ETLS', 'EGREETING', 'ECONNREFUSED', 'EUNASKED'))
  const parts = fc.record({
    greeting: fc.option(reply),
    ehlo: fc.option(reply),
    refused: fc.option(reply),
    starttls: fc.option(reply),
    tls: fc.option(tls),
    error: fc.option(fc.tuple(code, stage, text, fc.nat(5))),
    port: fc.constantFrom(25, 465, 587),
    role: fc.constantFrom('mx' as const, 'target' as const)
  })
  fc.assert(
    fc.property(parts, ({ greeting, ehlo, refused, starttls, tls: facts, error, port, role }) => {
      const transcript = [{ at: 0, from: 'us' as const, text: 'EHLO probe.example.com' }]
      const session: Session = {
        at: { host: 'mx.example.com', address: '192.0.2.1', port, implicitTls: port === 465, role },
        capabilities: parseCapabilities(ehlo?.text ?? ''),
        transcript,
        ...(greeting === null ? {} : { greeting }),
        ...(ehlo === null ? {} : { ehlo }),
        ...(refused === null ? {} : { refused }),
        ...(starttls === null ? {} : { starttls }),
        ...(facts === null ? {} : { tls: facts }),
        ...(error === null
          ? {}
          : { error: new DialogueError(error[0], error[1], 'mx.example.com', error[2], { transcript, unfinished: error[3] }) })
      }
      const found = [...reachFindings(session, 'probe.example.com'), ...tlsFindings(session, new Date())]
      for (const one of found) {
        expect(findingCodes).toContain(one.code)
        expect(one.evidence.length).toBeLessThanOrEqual(20)
        for (const line of [one.title, one.fix ?? '', ...one.evidence]) {
          expect(line.length).toBeLessThan(5_000)
          expect(line).not.toMatch(/\p{Cc}/u)
        }
      }
    })
  )
})
