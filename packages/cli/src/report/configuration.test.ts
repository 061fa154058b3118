import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UsageError } from '../usage.ts'
import { readConfiguration, readSenderIps } from './configuration.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-configuration-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const save = (text: string): string => {
  const path = join(folder, 'own.json')
  writeFileSync(path, text)
  return path
}

test('a configuration has the addresses of services', () => {
  const path = save('{"sender-ips": {"smtp-out3": "192.0.2.3", "smtp-out4": "2001:db8::4"}}')
  const senderIps = { 'smtp-out3': '192.0.2.3', 'smtp-out4': '2001:db8::4' }
  expect(readConfiguration(path, {})).toEqual({ senderIps })
  expect(readConfiguration(undefined, { WHYBOUNCE_CONFIG: path })).toEqual({ senderIps })
  expect(readConfiguration(undefined, {})).toEqual({ senderIps: {} })
})

describe('what is wrong with a configuration is told with file and key', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['', /own\.json is no JSON/],
    ['[]', /own\.json: it must be an object/],
    ['{"sender_ips": {}}', /own\.json: there is no setting "sender_ips"/],
    ['{"sender-ips": []}', /own\.json: sender-ips must be an object/],
    ['{"sender-ips": {"smtp-out3": "mx1"}}', /own\.json: sender-ips: smtp-out3 takes an IP address .* not "mx1"/],
    ['{"sender-ips": {"smtp-out3": 3}}', /smtp-out3 takes an IP address .* not 3/],
    ['{"sender-ips": {"a b": "192.0.2.3"}}', /"a b" is no service/]
  ]
  for (const [text, problem] of table)
    test(text === '' ? 'an empty file' : text, () => {
      const path = save(text)
      expect(() => readConfiguration(path, {})).toThrow(UsageError)
      expect(() => readConfiguration(path, {})).toThrow(problem)
    })
  test('a file that is not there', () =>
    expect(() => readConfiguration(join(folder, 'none.json'), {})).toThrow(/none\.json cannot be read/))
})

test('--sender-ip takes a service and an address', () => {
  expect(readSenderIps(['smtp-out3=192.0.2.3', 'a=2001:db8::1'])).toEqual({ 'smtp-out3': '192.0.2.3', a: '2001:db8::1' })
  for (const text of ['smtp-out3', '=192.0.2.3', 'smtp-out3=', 'smtp-out3=mx.example.com'])
    expect(() => readSenderIps([text])).toThrow(UsageError)
})

test('a service may have any name', () => {
  const senderIps = readSenderIps(['__proto__=192.0.2.3', 'constructor=192.0.2.4'])
  expect(Object.entries(senderIps)).toEqual([
    ['__proto__', '192.0.2.3'],
    ['constructor', '192.0.2.4']
  ])
})
