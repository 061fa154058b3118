import { expect, test } from 'vitest'
import { openSenderAddresses } from './sender-address.ts'

const quoting = (ip: string): string => `550 5.7.1 [${ip}] Our system has detected that this message is suspicious`

test('the mapping comes first, then what the log names', () => {
  const senders = openSenderAddresses({ out3: '192.0.2.3', 'mta2/out3': '192.0.2.33' })
  const ipOf = (host: string, program: string, localIp?: string): unknown =>
    senders.resolve(senders.keyOf({ host, program, localIp }, undefined))
  expect(ipOf('mta1', 'postfix/out3/smtp')).toEqual({ ip: '192.0.2.3', service: 'out3' })
  expect(ipOf('mta2', 'postfix/out3/smtp')).toEqual({ ip: '192.0.2.33', service: 'out3' })
  expect(ipOf('mta1', 'postfix/out4/smtp', '192.0.2.4')).toEqual({ ip: '192.0.2.4', service: undefined })
  expect(ipOf('mta1', 'postfix/smtp')).toEqual({ ip: undefined, service: undefined })
})

test('a service whose replies quote one address sends all it sends from there', () => {
  const senders = openSenderAddresses()
  const origin = { host: 'mta1', program: 'postfix/out3/smtp' }
  const silent = senders.keyOf(origin, undefined)
  expect(senders.resolve(silent)).toEqual({ ip: undefined, service: 'out3' })
  for (let times = 0; times < 100; times++) expect(senders.keyOf(origin, quoting('198.51.100.7'))).toBe(silent)
  expect(senders.resolve(silent)).toEqual({ ip: '198.51.100.7', service: 'out3' })
})

test('a service of several addresses: each reply counts for itself, and what quotes none is not guessed', () => {
  const senders = openSenderAddresses()
  const origin = { host: 'mta1', program: 'postfix/smtp' }
  senders.keyOf(origin, quoting('198.51.100.7'))
  for (const ip of ['198.51.100.8', '198.51.100.7']) expect(senders.resolve(senders.keyOf(origin, quoting(ip))).ip).toBe(ip)
  expect(senders.resolve(senders.keyOf(origin, 'mailbox full')).ip).toBeUndefined()
})
