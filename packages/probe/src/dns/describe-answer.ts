import type { DnsAnswer } from './resolver.ts'

const failureWords: Readonly<Record<string, string>> = {
  servfail: 'the server could not find out (SERVFAIL)',
  refused: 'the server refused to answer (REFUSED)',
  formerr: 'the server could not read the question (FORMERR)',
  notimp: 'the server cannot answer such questions (NOTIMP)',
  timeout: 'no answer in time',
  'bad-answer': 'the answer was unsound',
  loop: 'its CNAMEs lead in a circle',
  unreachable: 'no DNS server could be reached',
  'too-long': 'the name, or its chain of CNAMEs, is too long',
  'bad-name': 'this is no name that DNS could be asked for'
}

/** Records shown in one line; a line of thousands helps nobody. */
const maxShown = 20

/** What was answered, in a few words for people: the data, `none`, `no such name (NXDOMAIN)`, or why there is no answer. */
export const describeAnswer = (answer: DnsAnswer): string => {
  const via = answer.aliases.length === 0 ? '' : ` (via ${answer.aliases.join(', ')})`
  switch (answer.status) {
    case 'found':
      return listSome(answer.records) + via
    case 'no-data':
      return `none${via}`
    case 'nxdomain':
      return `no such name (NXDOMAIN)${via}`
    case 'failed': {
      const said = answer.extendedError === undefined ? '' : `: ${answer.extendedError}`
      return `not known, ${failureWords[answer.failure ?? ''] ?? 'the question failed'}${said}${via}`
    }
  }
}

/** The first of a list, and how many more there are. */
export const listSome = (items: readonly string[]): string => {
  const more = items.length - maxShown
  return more > 0 ? `${items.slice(0, maxShown).join(', ')} and ${more} more` : items.join(', ')
}
