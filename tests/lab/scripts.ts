import type { Certificate } from '../smtp/certificates.ts'
import type { Script } from '../smtp/scripted-server.ts'
import { filteredHosts } from './hosts.ts'

/** Servers that no real one can be brought to be, by address and port. Most are found by their address alone. */
export const scriptedHosts = {
  notSmtp: '44.128.40.1',
  silent: '44.128.40.2',
  drips: '44.128.40.3',
  floods: '44.128.40.4',
  closes: '44.128.40.5',
  resets: '44.128.40.6',
  masked: '44.128.40.7',
  keywordsMasked: '44.128.40.8',
  interceptor: '44.128.40.9',
  tlsRefused: '44.128.40.10',
  tlsBroken: '44.128.40.11',
  injected: '44.128.40.12',
  stops: '44.128.40.13',
  basicOff: '44.128.40.14',
  appPassword: '44.128.40.15',
  oauthOnly: '44.128.40.16',
  authTemporary: '44.128.40.17',
  noEhlo: '44.128.40.18',
  reputation: '44.128.40.19',
  rateLimit: '44.128.40.20',
  starttlsMasked: '44.128.40.21',
  literalName: '44.128.40.22',
  authInClear: '44.128.40.23',
  reach1: '44.128.40.24',
  reach2: '44.128.40.25',
  oldExim: '44.128.40.26',
  localName: '44.128.40.27',
  plainOn465: '44.128.40.28',
  locked: '44.128.40.29',
  noEightBit: '44.128.40.30',
  refusesMail: '44.128.40.31',
  noAbuse: '44.128.40.32',
  lost: '44.128.40.33',
  ended: '44.128.40.34',
  transition: '44.128.40.35',
  tlsFirst: '44.128.40.36',
  refused: '44.128.40.37',
  wantsLogin: '44.128.40.38'
} as const

export type ScriptedService = { readonly address: string; readonly port: number; readonly script: Script }

/** Names for which the scripted servers have certificates. */
export const scriptedNames = {
  'smtp.basic-off-lab.net': scriptedHosts.basicOff,
  'smtp.app-password-lab.net': scriptedHosts.appPassword,
  'smtp.oauth-only-lab.net': scriptedHosts.oauthOnly,
  'smtp.auth-temporary-lab.net': scriptedHosts.authTemporary,
  'smtp.locked-lab.net': scriptedHosts.locked,
  'smtp.auth-in-clear-lab.net': scriptedHosts.authInClear,
  'smtp.transition-lab.net': scriptedHosts.transition,
  'smtp.tls-first-lab.net': scriptedHosts.tlsFirst,
  'smtp.refused-lab.net': scriptedHosts.refused,
  'mx.tls-broken-lab.net': scriptedHosts.tlsBroken,
  'mx.injected-lab.net': scriptedHosts.injected
} as const

const greets = (name: string): string => `220 ${name} ESMTP`

/** A login inside STARTTLS that is answered by `answer`, whatever the password. */
const login = (name: string, certificate: Certificate, mechanisms: string, answer: string): Script => {
  return {
    greeting: greets(name),
    offers: ['PIPELINING', '8BITMIME', 'STARTTLS'],
    tls: certificate,
    secured: { auth: answer, ehlo: `250-${name}\r\n250-8BITMIME\r\n250 AUTH ${mechanisms}` }
  }
}

/** What each says. `of` gives the certificate for a name of `scriptedNames`. */
export const scriptedServices = (of: (name: string) => Certificate): readonly ScriptedService[] => {
  const at = (address: string, port: number, script: Script): ScriptedService => ({ address, port, script })
  const mx = (name: string, script: Script): Script => ({
    greeting: greets(name),
    offers: ['PIPELINING', 'SIZE 52428800', '8BITMIME'],
    ...script
  })
  const host = scriptedHosts
  return [
    at(host.notSmtp, 25, { greeting: [{ raw: 'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n' }, 'CLOSE'] }),
    at(host.silent, 25, { greeting: [] }),
    at(host.drips, 25, { greeting: [{ drip: `220 ${'mx.drips-lab.net '.repeat(200)}`, every: 400 }] }),
    at(host.floods, 25, { greeting: [{ flood: 10_000_000, of: '220-welcome to a server that has much to say\r\n' }] }),
    at(host.closes, 25, { greeting: ['CLOSE'] }),
    at(host.resets, 25, { greeting: ['RESET'] }),
    at(
      host.masked,
      25,
      mx('mx.masked-lab.net', { greeting: '220 ****************************************', offers: ['SIZE 52428800', '8BITMIME'] })
    ),
    at(
      host.keywordsMasked,
      25,
      mx('mx.keywords-masked-lab.net', { offers: ['SIZE 52428800', 'XXXXXXXXXXXXXXXXXX', '8BITMIME', 'XXXXXXXXXXXX'] })
    ),
    at(host.starttlsMasked, 25, mx('mx.starttls-masked-lab.net', { offers: ['SIZE 52428800', '8BITMIME', 'XXXXXXXA'] })),
    at(host.interceptor, 25, mx('filter.access-lab.net', {})),
    at(
      host.tlsRefused,
      25,
      mx('mx.tls-refused-lab.net', {
        offers: ['SIZE 52428800', '8BITMIME', 'STARTTLS'],
        starttls: '454 4.7.0 TLS not available due to temporary reason'
      })
    ),
    at(
      host.tlsBroken,
      25,
      mx('mx.tls-broken-lab.net', {
        offers: ['SIZE 52428800', '8BITMIME', 'STARTTLS'],
        starttls: ['220 2.0.0 Ready', { wait: 50 }, { raw: 'this is no TLS at all\r\n' }, 'CLOSE']
      })
    ),
    at(
      host.injected,
      25,
      mx('mx.injected-lab.net', {
        offers: ['SIZE 52428800', '8BITMIME', 'STARTTLS'],
        tls: of('mx.injected-lab.net'),
        starttls: [{ raw: '220 2.0.0 Ready\r\n250 2.0.0 injected\r\n' }, 'HANDSHAKE']
      })
    ),
    at(host.stops, 25, mx('mx.stops-lab.net', { ehlo: [] })),
    at(host.noEhlo, 25, mx('mx.no-ehlo-lab.net', { ehlo: '502 5.5.1 Command not implemented' })),
    at(
      host.reputation,
      25,
      mx('mx.reputation-lab.net', {
        rcpt: '550 5.7.1 Service unavailable, Client host [44.128.200.25] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/44.128.200.25'
      })
    ),
    at(
      host.rateLimit,
      25,
      mx('mx.rate-limit-lab.net', { rcpt: '450 4.7.1 Error: too many recipients from 44.128.200.25, rate limit exceeded, try again later' })
    ),
    at(
      host.literalName,
      25,
      mx('mx.literal-name-lab.net', {
        greeting: '220 [44.128.99.99] ESMTP',
        ehlo: '250-[44.128.99.99]\r\n250-SIZE 52428800\r\n250 8BITMIME'
      })
    ),
    at(host.localName, 25, mx('localhost.localdomain', { ehlo: '250-localhost.localdomain\r\n250-SIZE 52428800\r\n250 8BITMIME' })),
    at(
      host.oldExim,
      25,
      mx('mx.old-exim-lab.net', { greeting: '220 mx.old-exim-lab.net ESMTP Exim 4.92 Wed, 25 Nov 2026 10:00:00 +0000' })
    ),
    at(host.noEightBit, 25, mx('mx.no-eight-bit-lab.net', { offers: ['PIPELINING', 'SIZE 52428800'] })),
    at(host.refusesMail, 25, mx('mx.refuses-mail-lab.net', { greeting: ['554 mx.refuses-mail-lab.net No SMTP service here', 'CLOSE'] })),
    ...[host.reach1, host.reach2].flatMap((address, index) =>
      [25, 465, 587, 2525].map((port) =>
        at(address, port, mx(`mx${index}.reach-lab.net`, { greeting: `220 mx${index}.reach-lab.net ESMTP` }))
      )
    ),
    at(filteredHosts.closed, 2525, mx('mx.closed-lab.net', {})),
    at(
      host.basicOff,
      587,
      login(
        'smtp.basic-off-lab.net',
        of('smtp.basic-off-lab.net'),
        'LOGIN PLAIN XOAUTH2',
        '535 5.7.139 Authentication unsuccessful, basic authentication is disabled.'
      )
    ),
    at(
      host.appPassword,
      587,
      login(
        'smtp.app-password-lab.net',
        of('smtp.app-password-lab.net'),
        'LOGIN PLAIN',
        '534 5.7.9 Application-specific password required. For more information, go to https://support.google.com/mail/?p=InvalidSecondFactor'
      )
    ),
    at(
      host.oauthOnly,
      587,
      login('smtp.oauth-only-lab.net', of('smtp.oauth-only-lab.net'), 'XOAUTH2 OAUTHBEARER', '504 5.5.4 Unrecognized authentication type')
    ),
    at(
      host.authTemporary,
      587,
      login('smtp.auth-temporary-lab.net', of('smtp.auth-temporary-lab.net'), 'PLAIN LOGIN', '454 4.7.0 Temporary authentication failure')
    ),
    at(
      host.locked,
      587,
      login(
        'smtp.locked-lab.net',
        of('smtp.locked-lab.net'),
        'PLAIN LOGIN',
        '535 5.7.0 Account locked due to too many failed login attempts'
      )
    ),
    at(host.authInClear, 587, {
      greeting: greets('smtp.auth-in-clear-lab.net'),
      offers: ['PIPELINING', '8BITMIME', 'STARTTLS', 'AUTH PLAIN LOGIN'],
      tls: of('smtp.auth-in-clear-lab.net'),
      secured: { ehlo: '250-smtp.auth-in-clear-lab.net\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN' },
      auth: (said) => (said.includes(' ') ? '235 2.7.0 Authentication successful' : '334 ')
    }),
    at(
      host.noAbuse,
      25,
      mx('mx.no-abuse-lab.net', {
        rcpt: (said) =>
          said.includes('abuse@') ? '550 5.1.1 <abuse@no-abuse-lab.net>: Recipient address rejected: User unknown' : '250 2.1.5 Ok'
      })
    ),
    at(
      host.wantsLogin,
      25,
      mx('mx.wants-login-lab.net', { mail: '530 5.7.0 Authentication required', rcpt: '530 5.7.0 Authentication required' })
    ),
    at(host.lost, 25, mx('mx.lost-lab.net', { ehlo: ['CLOSE'] })),
    at(
      host.ended,
      25,
      mx('mx.ended-lab.net', { greeting: '220 mx.ended-lab.net Microsoft ESMTP MAIL Service, Version: 6.0.3790.4675 ready' })
    ),
    at(
      host.transition,
      587,
      login('smtp.transition-lab.net', of('smtp.transition-lab.net'), 'PLAIN LOGIN', '432 4.7.12 A password transition is needed')
    ),
    at(
      host.tlsFirst,
      587,
      login(
        'smtp.tls-first-lab.net',
        of('smtp.tls-first-lab.net'),
        'PLAIN LOGIN',
        '538 5.7.11 Encryption required for requested authentication mechanism'
      )
    ),
    at(host.refused, 587, login('smtp.refused-lab.net', of('smtp.refused-lab.net'), 'PLAIN LOGIN', '503 5.5.1 Bad sequence of commands')),
    at(host.plainOn465, 465, mx('smtp.plain-on-465-lab.net', {}))
  ]
}
