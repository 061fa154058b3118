import { isIPv4 } from 'node:net'
import { type Identity, identity, type ReverseWordMeaning } from '@whybounce/core'
import { getDomain } from 'tldts'
import { plainName } from '../dns/wire-name.ts'
import { reverseLabels } from './reverse-address.ts'

/**
 * What a reverse name says of the machine: `home`, a connection on which no mail server is expected; `hosting`, a name that the hosting
 * company gave by itself; `own`, everything else. Names are judged mildly: one that also says `mail`, `mx` or `static` is no home.
 */
export type ReverseNameKind = 'home' | 'hosting' | 'own'

/** Whether a name has the address in it: its four numbers in either order, zeros before them or not, or as hexadecimal digits. */
const namesAddress = (name: string, ip: string): boolean => {
  const labels = reverseLabels(ip).split('.')
  if (!isIPv4(ip)) {
    const digits = labels.toReversed().join('')
    const plain = name.replace(/[^0-9a-f]/g, '')
    // The half that tells the host, or all of it, nibble by nibble.
    return plain.includes(digits.slice(16)) || plain.includes(labels.join('').slice(0, 16))
  }
  const numbers = name.match(/\d+/g) ?? []
  const inOrder = (octets: readonly string[]): boolean =>
    numbers.some((_, at) => octets.every((octet, index) => Number(numbers[at + index] ?? -1) === Number(octet))) ||
    name.includes(octets.map((octet) => octet.padStart(3, '0')).join(''))
  const hex = labels
    .toReversed()
    .map((octet) => Number(octet).toString(16).padStart(2, '0'))
    .join('')
  return inOrder(labels) || inOrder(labels.toReversed()) || name.split(/[.-]/).some((part) => part.endsWith(hex))
}

export const judgeReverseName = (written: string, ip: string, known: Identity = identity): ReverseNameKind => {
  const name = plainName(written)
  if (known.reverseEndings.some((ending) => name.endsWith(`.${ending.name}`))) return 'hosting'
  const domain = getDomain(name) ?? ''
  // The domain itself is a company's name, not a word about the machine.
  const host = domain === '' || domain === name ? '' : name.slice(0, -domain.length - 1)
  const words = new Set(host.split(/[.\-_]/).flatMap((word) => [word, word.replace(/\d+$/, ''), word.replace(/^\d+/, '')]))
  const says = (means: ReverseWordMeaning, alone: boolean): boolean =>
    known.reverseWords.some((word) => word.means === means && (word.alone || !alone) && word.says.some((one) => words.has(one)))
  const addressed = namesAddress(host, ip)
  if (!says('home', !addressed)) return addressed && !says('mail', false) ? 'hosting' : 'own'
  if (says('mail', false)) return 'own'
  return says('static', false) ? 'hosting' : 'home'
}
