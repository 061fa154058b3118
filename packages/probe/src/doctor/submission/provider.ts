import { type SubmissionProvider, submission } from '@whybounce/core/finding'

/** `*` stands for one label. Both in lower case. */
const fits = (pattern: string, host: string): boolean => {
  const parts = pattern.split('.')
  const labels = host.split('.')
  return parts.length === labels.length && parts.every((part, at) => part === '*' || part === labels[at])
}

/** `name.*` is the name under any ending of one or two labels: `outlook.com`, `hotmail.co.uk`. */
const inDomain = (pattern: string, domain: string): boolean =>
  pattern.endsWith('.*') ? domain.startsWith(pattern.slice(0, -1)) && domain.split('.').length <= 3 : domain === pattern

const domainOf = (user: string | undefined): string => (user === undefined ? '' : user.slice(user.lastIndexOf('@') + 1).toLowerCase())

/** The host name at the beginning of a greeting (RFC 5321 §4.3.1): it tells the provider behind a name of one's own. */
const greeted = (greeting: string | undefined): string => /^220[ -]([\w.-]{1,253})/.exec(greeting ?? '')?.[1]?.toLowerCase() ?? ''

/** Whose server this is, by its name or by how it greets; by the user's domain where a server has users of several kinds. */
export const providerOf = (host: string, greeting?: string, user?: string): SubmissionProvider | undefined => {
  const domain = domainOf(user)
  for (const name of [host, greeted(greeting)]) {
    const found = submission.filter(({ hosts }) => hosts.some((pattern) => fits(pattern, name)))
    const own = found.find(({ domains }) => domains?.some((pattern) => inDomain(pattern, domain)) === true)
    const provider = own ?? found.find(({ domains }) => domains === undefined) ?? found[0]
    if (provider !== undefined) return provider
  }
  return undefined
}

/** The provider whose other server this is: its MX or IMAP host. */
export const mistakenFor = (host: string): SubmissionProvider | undefined =>
  submission.find(({ mistaken }) => mistaken?.some((pattern) => fits(pattern, host)) === true)

export const takesPort = ({ starttls, implicit }: SubmissionProvider, port: number): boolean =>
  starttls.includes(port) || implicit.includes(port)

/** `smtp.example.com, port 587 with STARTTLS or port 465 with TLS from the start, user name: your whole address`. */
export const settingsText = ({ hosts, starttls, implicit, user }: SubmissionProvider): string => {
  const ways = [
    ...(starttls[0] === undefined ? [] : [`port ${starttls[0]} with STARTTLS`]),
    ...(implicit[0] === undefined ? [] : [`port ${implicit[0]} with TLS from the start`])
  ]
  return `${hosts[0]?.replace('*', 'REGION') ?? ''}, ${ways.join(' or ')}, user name: ${user}`
}

const passwords: Readonly<Record<SubmissionProvider['login'], string>> = {
  account: 'the password of the mailbox',
  'app-password': 'an app password, made for this one program',
  key: 'a key, made in the account',
  separate: 'one made for sending by SMTP',
  oauth: 'none: a token (OAuth 2.0)'
}

/** The provider's settings, one line each. */
export const settingsLines = (provider: SubmissionProvider): readonly string[] => {
  const { starttls, implicit, user, login, oauth, mechanisms, ends } = provider
  return [
    ...(starttls.length === 0 ? [] : [`STARTTLS: port ${starttls.join(', ')}`]),
    ...(implicit.length === 0 ? [] : [`TLS from the start: port ${implicit.join(', ')}`]),
    `user name: ${user}`,
    `password: ${passwords[login]}${oauth === true && login !== 'oauth' ? '; or a token (OAuth 2.0)' : ''}`,
    ...(mechanisms === undefined ? [] : [`kinds of login: ${mechanisms.join(', ')}`]),
    ...(ends === undefined ? [] : [ends])
  ]
}

/** Whether a user name has the form that the provider wants; true where nothing is known. */
export const nameFits = ({ userIs }: SubmissionProvider, user: string): boolean =>
  userIs === undefined || (userIs === 'address' ? /^[^@\s]+@[^@\s]+$/.test(user) : user === userIs)
