import { addresses } from '../knowledge/addresses.generated.ts'
import { lazily } from '../message/lazily.ts'

const roleNames = lazily(() => new Map(addresses.roles.flatMap(({ id, names }) => names.map((name) => [name, id] as const))))

/** RFC 5321 §4.5.3.1.1: a local part has at most 64 octets; a longer one names no function. */
const maxLocalPartLength = 64

/** A number behind a shorter name makes it a person's or a place's: `it2`, `pr1`. */
const shortestNumbered = 4

/**
 * The function that a local part names, and no person: `postmaster`, `info`, `sales`, `no-reply` … (RFC 2142 and usage in several
 * languages; the id is the same in all). Tags, letter case, dots, hyphens, underscores and a number of up to two digits at the
 * end do not count. The addresses that run a mailing list (RFC 2142 §6: `staff-request`) are `newsletter`.
 */
export const roleOf = (localPart: string): string | undefined => {
  if (localPart.length > maxLocalPartLength) return undefined
  const text = localPart.toLowerCase().normalize('NFC')
  const plus = text.indexOf('+')
  const whole = plus > 0 ? text.slice(0, plus) : text
  if (/.[-_](?:request|owner|unsubscribe|subscribe|bounces)$/.test(whole) || whole.startsWith('owner-')) return 'newsletter'
  const parts = whole.split(/[._"-]/).filter((part) => part !== '')
  // An initial makes it a person: `p.ost`, `s.ales`.
  if (parts.length > 1 && parts.some((part) => part.length === 1)) return undefined
  const name = parts.join('')
  const names = roleNames()
  const role = names.get(name)
  if (role !== undefined) return role
  const bare = name.replace(/[0-9]{1,2}$/, '')
  return bare.length >= shortestNumbered && bare !== name ? names.get(bare) : undefined
}
