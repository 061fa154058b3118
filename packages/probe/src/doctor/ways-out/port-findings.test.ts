import { probing } from '@whybounce/core'
import { expect, test } from 'vitest'
import type { DialOutcome } from '../../self-check/dial.ts'
import type { PortTry } from '../../self-check/outbound-port.ts'
import { cloudOf } from './cloud.ts'
import { portFindings } from './port-findings.ts'
import { addressOfNobody, type PortTries } from './reach.ts'

const words: Readonly<Record<string, DialOutcome>> = { o: 'open', r: 'refused', t: 'timeout', p: 'prohibited', u: 'unreachable' }

/** `ot`: one server opened, one was silent. */
const tries = (port: number, letters: string, family: 4 | 6): readonly PortTry[] =>
  [...letters].map((letter, index) => ({
    target: { host: `mx${index}.example.net`, address: family === 4 ? `192.0.2.${index + 1}` : `2001:db8::${index + 1}`, port },
    outcome: words[letter] ?? 'unreachable'
  }))

type Given = readonly [port: number, ipv4: string, ipv6?: string, nobody?: string]
const portTries = ([port, ipv4, ipv6 = '', nobody = '']: Given): PortTries => {
  const [none] = tries(port, nobody, 4)
  return { port, ipv4: tries(port, ipv4, 4), ipv6: tries(port, ipv6, 6), ...(none === undefined ? {} : { nowhere: none }) }
}
const codesOf = (given: readonly Given[], usesIpv6 = given.some(([, , ipv6 = '']) => ipv6 !== '')): readonly string[] =>
  portFindings({ ports: given.map(portTries), usesIpv6 }, { closers: probing.portClosers }).map(({ code }) => code)

test.each<[string, readonly Given[], readonly string[]]>([
  [
    'all is open',
    [
      [25, 'oo'],
      [465, 'oo'],
      [587, 'oo'],
      [2525, 'oo']
    ],
    ['port.open', 'port.open', 'port.open', 'port.open', 'ipv6.not-used']
  ],
  ['one of three opens', [[25, 'tro']], ['port.open', 'ipv6.not-used']],
  [
    'a cloud that drops 25',
    [
      [25, 'ttt'],
      [587, 'oo']
    ],
    ['port.dropped', 'port.open', 'ipv6.not-used']
  ],
  [
    'a firewall that resets 25',
    [
      [25, 'rrr'],
      [587, 'oo']
    ],
    ['port.refused', 'port.open', 'ipv6.not-used']
  ],
  [
    'a firewall that forbids 25 by ICMP, which says no route',
    [
      [25, 'uuu'],
      [587, 'oo']
    ],
    ['port.prohibited', 'port.open', 'ipv6.not-used']
  ],
  ['a firewall that forbids 25 plainly', [[25, 'pp']], ['port.prohibited', 'ipv6.not-used']],
  [
    'no network',
    [
      [25, 'uu'],
      [587, 'uu']
    ],
    ['port.unreachable', 'port.unreachable', 'ipv6.not-used']
  ],
  ['nothing alike', [[25, 'trt']], ['port.none-open', 'ipv6.not-used']],
  [
    'one server, silent',
    [
      [25, 't'],
      [587, 'oo']
    ],
    ['port.unclear', 'port.open', 'ipv6.not-used']
  ],
  ['no server', [[25, '']], ['port.not-tried', 'ipv6.not-used']],
  [
    '465 closed beside 587',
    [
      [25, 'oo'],
      [465, 'tt'],
      [587, 'oo']
    ],
    ['port.open', 'port.submission-closed', 'port.open', 'ipv6.not-used']
  ],
  [
    'both closed beside 25',
    [
      [25, 'oo'],
      [465, 'tt'],
      [587, 'tt']
    ],
    ['port.open', 'port.submission-closed', 'port.submission-closed', 'ipv6.not-used']
  ],
  [
    'all closed',
    [
      [25, 'tt'],
      [465, 'tt'],
      [587, 'tt'],
      [2525, 'tt']
    ],
    ['port.dropped', 'port.dropped', 'port.dropped', 'port.dropped', 'ipv6.not-used']
  ],
  [
    '2525 closed beside 587',
    [
      [587, 'oo'],
      [2525, 'tt']
    ],
    ['port.open', 'port.alternative-closed', 'ipv6.not-used']
  ],
  [
    'one server of 2525, silent',
    [
      [587, 'oo'],
      [2525, 't']
    ],
    ['port.open', 'ipv6.not-used']
  ],
  ['both families open', [[25, 'oo', 'oo']], ['port.open']],
  [
    'IPv6 leads nowhere',
    [
      [25, 'oo', 'tt'],
      [587, 'oo', 'tt']
    ],
    ['port.open', 'port.open', 'ipv6.leads-nowhere']
  ],
  ['one IPv6 server is down', [[25, 'oo', 't']], ['port.open']],
  [
    '25 closed by IPv6 alone',
    [
      [25, 'oo', 'tt'],
      [587, 'oo', 'oo']
    ],
    ['port.open', 'port.family-closed', 'port.open']
  ],
  [
    '25 closed by IPv4 alone',
    [
      [25, 'tt', 'oo'],
      [587, 'oo', 'oo']
    ],
    ['port.open', 'port.family-closed', 'port.open']
  ],
  ['a machine with IPv6 alone', [[25, '', 'oo']], ['port.open']],
  [
    '25 closed by both',
    [
      [25, 'tt', 'tt'],
      [587, 'oo', 'oo']
    ],
    ['port.dropped', 'port.open']
  ],
  ['a port that opens for nobody too', [[25, 'oo', '', 'o']], ['port.open-for-all', 'ipv6.not-used']],
  ['a port of nobody that is closed', [[25, 'oo', '', 't']], ['port.open', 'ipv6.not-used']]
])('%s', (_, given, codes) => expect(codesOf(given)).toEqual(codes))

test('a port that opens for nobody is open all the same where only servers greet', () => {
  const found = portFindings({ ports: [portTries([25, 'oo', '', 'o'])], usesIpv6: true }, { closers: [], greeted: new Set([25]) })
  expect(found.map(({ code }) => code)).toEqual(['port.open'])
  expect(found[0]?.evidence.at(-1)).toContain('nobody has this address')
})

test('a closed port 25 names the own cloud alone, the relay that is open, and has a letter to whoever opens it', () => {
  const closers = probing.portClosers
  const ports = [portTries([25, 'ttt']), portTries([587, 'oo'])]
  const own = cloudOf({ sys_vendor: 'Hetzner' }, closers)
  const [known] = portFindings({ ports, usesIpv6: true }, { closers, letter: 'Please', ...(own === undefined ? {} : { own }) })
  expect(known?.fix).toContain('This machine stands at Hetzner Cloud, which closes ports 25 and 465')
  expect(known?.fix).not.toContain('Amazon EC2')
  expect(known?.fix).toContain('Port 587 opens from here')
  expect(known?.letter).toBe('Please')
  const [unknown] = portFindings({ ports, usesIpv6: true }, { closers })
  expect(unknown?.fix).toMatch(/Known to close it until asked: Amazon EC2, .*Known to keep it closed: Google Cloud/)
  expect(unknown?.fix).not.toContain('…')
})

test.each([
  [{ sys_vendor: 'Amazon EC2' }, 'Amazon EC2'],
  [{ hypervisor_uuid: 'ec2e1916-9099-7caf-fd21-012345abcdef' }, 'Amazon EC2'],
  [{ product_name: 'Google Compute Engine', sys_vendor: 'Google' }, 'Google Cloud'],
  [{ sys_vendor: 'Microsoft Corporation', chassis_asset_tag: '7783-7084-3265-9085-8269-3286-77' }, 'Microsoft Azure'],
  [{ sys_vendor: 'Microsoft Corporation', product_name: 'Surface Laptop' }, undefined],
  [{ chassis_asset_tag: 'OracleCloud.com' }, 'Oracle Cloud'],
  [{ sys_vendor: 'Vultr' }, 'Vultr'],
  [{ sys_vendor: 'QEMU' }, undefined],
  [{ sys_vendor: '' }, undefined],
  [{}, undefined]
])('a machine that says %j stands at %s', (marks, name) => expect(cloudOf(marks, probing.portClosers)?.name).toBe(name))

test.each([
  [[], '192.0.2.1'],
  [['192.0.2.77'], '198.51.100.1'],
  [['192.0.2.77', '198.51.100.3', '10.0.0.1'], '203.0.113.1'],
  [['192.0.2.77', '198.51.100.3', '203.0.113.2'], undefined]
])('with %j in use, nobody has %s', (inUse, address) => expect(addressOfNobody(inUse)).toBe(address))
