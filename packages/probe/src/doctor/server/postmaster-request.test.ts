import { expect, test } from 'vitest'
import { postmasterRequest } from './postmaster-request.ts'

const options = { ehloName: 'out.example.com' } as const
const now = (): Date => new Date('2026-11-25T12:00:00Z')
const found = { about: 'mx.example.net [192.0.2.1]:25', evidence: ['550 5.7.1 Client host [192.0.2.25] blocked'] }

test('the request has what was seen, and places for what only the sender knows', () => {
  const letter = postmasterRequest(found, {
    receiver: 'example.net',
    sender: 'example.com',
    options: { ...options, ip: '192.0.2.25' },
    now
  })
  expect(letter).toContain('To: postmaster@example.net\nSubject: Your server refuses mail from 192.0.2.25\n')
  expect(letter).toContain(
    'At 2026-11-25 12:00 UTC your server mx.example.net [192.0.2.1]:25 answered:\n  550 5.7.1 Client host [192.0.2.25] blocked'
  )
  expect(letter).toContain('Sending domain: example.com')
})

test('what is not known is a place to fill in, and the domain that refuses is not taken for ours', () => {
  const letter = postmasterRequest(found, { receiver: 'example.net', sender: 'example.net', options, now })
  expect(letter).toContain('Our address: [the IP address that your server saw]')
  expect(letter).toContain('Sending domain: [the domain in From]')
})
