import { softwareVersions } from '@whybounce/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareVersions, judgeVersion, readBanner } from './banner.ts'
import { versionFinding } from './version.ts'

const today = new Date('2026-11-25')

test.each<[string, string | undefined]>([
  ['220 exim-lab.net ESMTP Exim 4.96 Wed, 25 Nov 2026 22:22:41 +0000', 'exim 4.96'],
  ['220-mx.example.com ESMTP Exim 4.98.2 #2 Wed, 25 Nov 2026\n220-We do not authorize', 'exim 4.98.2'],
  ['220 mx.example.com ESMTP Exim 4.96-58-g4e9ed49f8 Ubuntu', 'exim 4.96'],
  ['220 mx.example.com ESMTP Postfix (Debian/GNU)', undefined],
  ['220 mx.example.com ESMTP Postfix 3.4.13', 'postfix 3.4.13'],
  ['220 mx.example.com ESMTP Sendmail 8.17.1.9/8.17.1.9/Debian-2+deb12u2; Wed, 25 Nov 2026', 'sendmail 8.17.1.9'],
  ['220 mx.example.com ESMTP OpenSMTPD', undefined],
  ['220 mx.example.com Microsoft ESMTP MAIL Service ready at Wed, 25 Nov 2026', undefined],
  ['220 mx.example.com Microsoft ESMTP MAIL Service, Version: 10.0.20348.1 ready', 'microsoft-smtp-service 10.0.20348.1'],
  ['220 mx.example.com ESMTP MailEnable Service, Version: 10.40-- ready', 'mailenable 10.40'],
  ['220 mx.example.com ESMTP Haraka 2.8.28 ready', 'haraka 2.8.28'],
  ['220 mx.example.com ESMTP Haraka/3.0.3 ready', 'haraka 3.0.3'],
  ['220 ESMTP', undefined],
  ['', undefined]
])('%j shows %s', (greeting, shown) => {
  const banner = readBanner(greeting)
  expect(banner === undefined ? undefined : `${banner.software.id} ${banner.version}`).toBe(shown)
})

test.each([
  ['4.97', '4.97.1', -1],
  ['4.97.1', '4.97.1', 0],
  ['4.100', '4.97', 1],
  ['8.17.1.9', '8.18', -1],
  ['3', '3.0.0', 0]
])('%s against %s', (one, other, sign) => expect(Math.sign(compareVersions(one, other))).toBe(sign))

test.each<[string, string]>([
  ['220 mx ESMTP Exim 4.99.3 Wed', 'current'],
  ['220 mx ESMTP Exim 4.99.2 Wed', 'insecure'],
  ['220 mx ESMTP Exim 4.89 Wed', 'insecure'],
  ['220 mx ESMTP Exim 4.96 Wed', 'unclear'],
  ['220 mx ESMTP Exim 4.98.2 Wed', 'unclear'],
  ['220 mx ESMTP Sendmail 8.15.2/8.15.2; Wed', 'unclear'],
  ['220 mx ESMTP Sendmail 8.14.4/8.14.4; Wed', 'insecure'],
  ['220 mx ESMTP Sendmail 8.14.9/8.14.9/Debian-4+deb8u1; Wed', 'unclear'],
  ['220 mx ESMTP Sendmail 8.18.1/8.18.1; Wed', 'current'],
  ['220 mx ESMTP Postfix 3.5.25', 'unclear'],
  ['220 mx ESMTP Postfix 3.5.24', 'ended'],
  ['220 mx ESMTP Postfix 2.11.0', 'insecure'],
  ['220 mx ESMTP Postfix 3.8.3', 'insecure'],
  ['220 mx ESMTP Postfix 3.11.7', 'current'],
  ['220 mx Microsoft ESMTP MAIL Service, Version: 6.0.3790.4675 ready', 'ended'],
  ['220 mx ESMTP Haraka 2.8.8 ready', 'insecure'],
  ['220 mx ESMTP Haraka 3.1.1 ready', 'current'],
  ['220 mx ESMTP MailEnable Service, Version: 9.85-- ready', 'current'],
  ['220 mx ESMTP MailEnable Service, Version: 10.41-- ready', 'insecure']
])('%j is %s', (greeting, verdict) => {
  const banner = readBanner(greeting)
  expect(banner === undefined ? undefined : judgeVersion(banner, today).verdict).toBe(verdict)
})

test('a distribution mends until its day, and not after it', () => {
  const banner = readBanner('220 mx ESMTP Exim 4.96 Wed')
  if (banner === undefined) throw new Error('no banner')
  expect(judgeVersion(banner, new Date('2028-06-30')).verdict).toBe('unclear')
  expect(judgeVersion(banner, new Date('2028-07-01')).verdict).toBe('insecure')
})

test('what is told names the server, the version and what to have instead', () => {
  const at = { host: 'mx.example.com', address: '192.0.2.1', port: 25, implicitTls: false, role: 'mx' } as const
  const greeting = { stage: 'greeting', code: 220, text: '220 mx.example.com ESMTP Exim 4.89 Wed', took: 1 } as const
  const found = versionFinding({ at, greeting, capabilities: new Map(), transcript: [] }, today)
  expect(found?.code).toBe('version.insecure')
  expect(found?.title).toBe('mx.example.com runs Exim 4.89, which has known holes')
  expect(found?.fix).toMatch(/CVE-2019-10149.*update to Exim 4\.99\.3/)
  expect(versionFinding({ at, capabilities: new Map(), transcript: [] }, today)).toBeUndefined()
})

test('any greeting is read or not, and never believed beyond its digits', () => {
  const start = fc.constantFrom(...softwareVersions.flatMap(({ banner }) => banner))
  fc.assert(
    fc.property(start, fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{0,60}$/), fc.constant('9'.repeat(5_000))), (words, rest) => {
      const banner = readBanner(`220 mx ${words}${rest}`)
      if (banner === undefined) return
      expect(banner.version).toMatch(/^\d{1,6}(\.\d{1,9}){0,4}$/)
      expect(['current', 'ended', 'insecure', 'unclear']).toContain(judgeVersion(banner, today).verdict)
    })
  )
})
