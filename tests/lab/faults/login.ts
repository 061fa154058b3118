import { domain } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { postfixHosts } from '../hosts.ts'
import { account } from '../postfix.ts'
import { scriptedHosts } from '../scripts.ts'
import type { Zones } from '../zones.ts'

const wrong = 'a-password-that-is-wrong'
const asJohn = ['--user', account.user] as const

type Row = readonly [id: string, what: string, madeWith: string, args: readonly string[], codes: Fault['codes'], more?: Partial<Fault>]

const rows: readonly Row[] = [
  [
    'wrong-password',
    'The password is wrong',
    'Postfix, Dovecot',
    ['smtp.healthy-lab.net:587', ...asJohn],
    ['auth.wrong-credentials'],
    { password: wrong }
  ],
  [
    'wrong-password-465',
    'The password is wrong, with TLS from the start',
    'Postfix, Dovecot',
    ['smtp.healthy-lab.net:465', ...asJohn],
    ['auth.wrong-credentials'],
    { password: wrong }
  ],
  [
    'sender-not-owned',
    'The account may not send as the sender that was given',
    'Postfix, Dovecot',
    ['smtp.healthy-lab.net:587', '--from', 'other-lab.net', ...asJohn],
    ['auth.sender-not-owned'],
    { password: account.password }
  ],
  [
    'basic-off',
    'The provider has switched passwords off',
    'scripted',
    ['smtp.basic-off-lab.net:587', ...asJohn],
    ['auth.disabled'],
    { password: wrong }
  ],
  [
    'app-password',
    'The provider wants an app password',
    'scripted',
    ['smtp.app-password-lab.net:587', ...asJohn],
    ['auth.app-password'],
    { password: wrong }
  ],
  [
    'oauth-only',
    'The server takes tokens only',
    'scripted',
    ['smtp.oauth-only-lab.net:587', ...asJohn],
    ['auth.only-oauth'],
    { password: wrong }
  ],
  [
    'login-later',
    'The login cannot be checked just now',
    'scripted',
    ['smtp.auth-temporary-lab.net:587', ...asJohn],
    ['auth.temporary'],
    { password: wrong }
  ],
  ['login-locked', 'The account is locked', 'scripted', ['smtp.locked-lab.net:587', ...asJohn], ['auth.locked'], { password: wrong }],
  ['login-missing', 'A submission port without login', 'Postfix', ['smtp.no-login-lab.net:587'], ['auth.no-login']],
  [
    'login-missing-for-me',
    'A submission port without login, and I have one',
    'Postfix',
    ['smtp.no-login-lab.net:587', ...asJohn],
    ['auth.not-offered'],
    { password: wrong, besides: ['auth.no-login'] }
  ],
  [
    'login-in-clear',
    'Passwords without TLS, which is not offered',
    'Postfix, Dovecot',
    ['smtp.clear-lab.net:587'],
    ['tls.not-offered-to-users'],
    { besides: ['auth.clear'] }
  ],
  [
    'login-not-sent',
    'The password is not sent where TLS is missing',
    'Postfix, Dovecot',
    ['smtp.clear-lab.net:587', ...asJohn],
    ['auth.not-sent-in-clear'],
    { password: account.password, besides: ['tls.not-offered-to-users', 'auth.clear'] }
  ],
  [
    'login-bad-certificate',
    'The password is not sent where the certificate is bad',
    'Postfix, Dovecot',
    ['smtp.expired-lab.net:587', ...asJohn],
    ['auth.not-sent-bad-certificate'],
    { password: account.password, besides: ['tls.users-refuse', 'tls.expired'] }
  ],
  ['login-clear-offered', 'AUTH is offered before TLS as well', 'scripted', ['smtp.auth-in-clear-lab.net:587'], ['auth.clear']],
  [
    'login-transition',
    'The server wants one login with the password itself first',
    'scripted',
    ['smtp.transition-lab.net:587', ...asJohn],
    ['auth.password-transition'],
    { password: wrong }
  ],
  [
    'login-encryption',
    'The server says that TLS is missing, inside TLS',
    'scripted',
    ['smtp.tls-first-lab.net:587', ...asJohn],
    ['auth.refused'],
    { password: wrong }
  ],
  [
    'login-not-enabled',
    'The login is offered, and then out of sequence',
    'scripted',
    ['smtp.refused-lab.net:587', ...asJohn],
    ['auth.not-enabled'],
    { password: wrong }
  ]
]

export const loginFaults: readonly Fault[] = rows.map(([id, what, madeWith, args, codes, more]) => ({
  id,
  area: 'login',
  what,
  madeWith,
  args,
  codes,
  ...more
}))

const at = (address: string): Zones[string] => ({ records: [`smtp A ${address}`] })

export const loginZones: Zones = {
  'other-lab.net': domain('other-lab.net'),
  'basic-off-lab.net': at(scriptedHosts.basicOff),
  'app-password-lab.net': at(scriptedHosts.appPassword),
  'oauth-only-lab.net': at(scriptedHosts.oauthOnly),
  'auth-temporary-lab.net': at(scriptedHosts.authTemporary),
  'locked-lab.net': at(scriptedHosts.locked),
  'auth-in-clear-lab.net': at(scriptedHosts.authInClear),
  'transition-lab.net': at(scriptedHosts.transition),
  'tls-first-lab.net': at(scriptedHosts.tlsFirst),
  'refused-lab.net': at(scriptedHosts.refused),
  'no-login-lab.net': at(postfixHosts['smtp.no-login-lab.net'].address),
  'clear-lab.net': at(postfixHosts['smtp.clear-lab.net'].address)
}
