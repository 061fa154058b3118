import { expect, it } from 'vitest'
import { parseAltNames } from './presented-chain.ts'

it.each<[string, readonly string[]]>([
  ['', []],
  ['DNS:mx.example.com', ['mx.example.com']],
  ['DNS:mx.example.com, DNS:*.example.net, IP Address:192.0.2.1', ['mx.example.com', '*.example.net', '192.0.2.1']],
  ['email:postmaster@example.com, DNS:mx.example.com', ['mx.example.com']],
  ['DNS:"mx.example.net, DNS:mx.example.com", DNS:a.example', ['"mx.example.net, DNS:mx.example.com"', 'a.example']],
  ['DNS:"a\\", DNS:b.example"', ['"a\\", DNS:b.example"']]
])('the names of %j are %j', (names, expected) => {
  expect(parseAltNames(names)).toEqual(expected)
})
