import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCapabilities } from './capabilities.ts'

it.each<[string, readonly string[], Record<string, string>]>([
  [
    'keywords and parameters',
    ['250-mx.example.com', '250-SIZE 52428800', '250-8BITMIME', '250 PIPELINING'],
    { SIZE: '52428800', '8BITMIME': '', PIPELINING: '' }
  ],
  ['small letters', ['250-mx', '250 Starttls'], { STARTTLS: '' }],
  ['the greeting offers nothing', ['250 STARTTLS'], {}],
  ['the older AUTH=', ['250-mx', '250-AUTH PLAIN LOGIN', '250 AUTH=CRAM-MD5'], { AUTH: 'PLAIN LOGIN CRAM-MD5' }],
  ['twice, once without parameters', ['250-mx', '250-AUTH', '250-SIZE 10', '250-AUTH=LOGIN', '250 SIZE'], { AUTH: 'LOGIN', SIZE: '10' }],
  ['white space of any kind', ['250-mx', '250-  AUTH \t PLAIN   LOGIN  '], { AUTH: 'PLAIN LOGIN' }],
  ['what is no keyword', ['250-mx', '250-', '250', '250--X', '250-!', '250-X_Y', '250-SIZE\0', '250 HELP'], { HELP: '' }],
  ['names that objects have', ['250-mx', '250 constructor'], { CONSTRUCTOR: '' }]
])('reads %s', (_name, lines, expected) => {
  expect(Object.fromEntries(parseCapabilities(lines.join('\n')))).toEqual(expected)
})

it('takes any text; keywords are in capitals, parameters have no line ends', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const [name, parameters] of parseCapabilities(`250-mx\n250-${text}`)) {
        expect(name).toMatch(/^[A-Z0-9][A-Z0-9-]*$/)
        expect(parameters).not.toMatch(/[\r\n]/)
      }
    })
  )
})
