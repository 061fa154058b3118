import type { NewEntry, SuppressionReason } from '@whybounce/store'
import { listDate } from './list-date.ts'
import { plainName, reasonOfWord } from './reason-words.ts'

/** A row by the plain names of its columns or keys. Values of CSV are strings; of JSON anything. */
export type Fields = Readonly<Record<string, unknown>>

/** What a row asks for. `words`: a server's words, which the diagnosis decides; `listed`: they come from a list of hard bounces. */
export type RowMeaning =
  | { readonly means: 'suppress'; readonly reason: SuppressionReason; readonly streams?: readonly string[]; readonly evidence?: string }
  | { readonly means: 'words'; readonly text: string; readonly listed: boolean }
  | { readonly means: 'spared' }
  | { readonly means: 'unclear'; readonly problem: string }

/** An export of a sending service, told by its columns. */
export type KnownExport = {
  readonly id: string
  readonly esp: string
  /** Plain names that must be there … */
  readonly has: readonly string[]
  /** … and no others but these, where a few names alone would also fit other lists. */
  readonly only?: readonly string[]
  readonly address: string
  readonly date: string
  readonly source: string
  readonly read: (fields: Fields) => RowMeaning
}

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
const isTrue = (value: unknown): boolean => value === true || /^(?:true|1|yes)$/i.test(textOf(value))

const byWord = (word: unknown, evidence?: string): RowMeaning => {
  const reason = reasonOfWord(textOf(word))
  if (reason === 'spared') return { means: 'spared' }
  return reason === undefined
    ? { means: 'unclear', problem: `"${textOf(word).slice(0, 60)}" is no reason that is known here. Say what it is with --reason.` }
    : { means: 'suppress', reason, ...(evidence === undefined || evidence === '' ? {} : { evidence }) }
}

const suppress = (reason: SuppressionReason, evidence = '', streams?: readonly string[]): RowMeaning => ({
  means: 'suppress',
  reason,
  ...(evidence === '' ? {} : { evidence }),
  ...(streams === undefined ? {} : { streams })
})

/** Mailgun: `*` is all mail of the domain, any other tag only that mail. */
const tagsOf = (value: unknown): string[] => {
  const tags = Array.isArray(value)
    ? value.map(textOf)
    : textOf(value)
        .replace(/^\[|\]$/g, '')
        .split(',')
  const named = tags.map((tag) => tag.trim().replace(/^"|"$/g, '')).filter((tag) => tag !== '')
  return named.length === 0 || named.includes('*') ? [''] : named
}

/** SparkPost's sources of a suppression. */
const sparkpostSources: Readonly<Record<string, SuppressionReason>> = {
  spamcomplaint: 'complaint',
  listunsubscribe: 'unsubscribe',
  unsubscribelink: 'unsubscribe',
  bouncerule: 'hard-bounce',
  manuallyadded: 'manual',
  compliance: 'manual'
}

/** Brevo's codes, which its API names as safe for comparison. */
const brevoCodes: Readonly<Record<string, SuppressionReason>> = {
  hardbounce: 'hard-bounce',
  contactflaggedasspam: 'complaint',
  unsubscribedviaemail: 'unsubscribe',
  unsubscribedviaapi: 'unsubscribe',
  unsubscribedviama: 'unsubscribe',
  adminblocked: 'manual'
}

const byTable = (table: Readonly<Record<string, SuppressionReason>>, word: string, evidence = ''): RowMeaning => {
  const reason = Object.hasOwn(table, plainName(word)) ? table[plainName(word)] : undefined
  return reason === undefined ? byWord(word, evidence) : suppress(reason, evidence)
}

const brevoReason = (value: unknown): { readonly code: string; readonly message: string } => {
  if (typeof value !== 'object' || value === null) return { code: textOf(value), message: '' }
  return { code: 'code' in value ? textOf(value.code) : '', message: 'message' in value ? textOf(value.message) : '' }
}

/** In the order in which they are tried: what has more columns of its own comes first. */
const knownExports: readonly KnownExport[] = [
  {
    id: 'ses',
    esp: 'amazon-ses',
    has: ['emailaddress', 'reason', 'lastupdatetime'],
    address: 'emailaddress',
    date: 'lastupdatetime',
    source: 'https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SuppressedDestinationSummary.html',
    read: ({ reason }) => byWord(reason)
  },
  {
    id: 'postmark',
    esp: 'postmark',
    has: ['emailaddress', 'suppressionreason'],
    address: 'emailaddress',
    date: 'createdat',
    source: 'https://postmarkapp.com/developer/api/suppressions-api',
    // memory: a suppression "by hand" that the recipient made is an unsubscribe; the documentation names the origins only.
    read: ({ suppressionreason, origin }) =>
      plainName(textOf(suppressionreason)) === 'manualsuppression' && plainName(textOf(origin)) === 'recipient'
        ? suppress('unsubscribe')
        : byWord(suppressionreason)
  },
  {
    id: 'sparkpost',
    esp: 'sparkpost',
    has: ['recipient', 'source', 'type'],
    address: 'recipient',
    date: 'created',
    source: 'https://developers.sparkpost.com/api/suppression-list/',
    read: ({ source, type, description }) => {
      const meaning = byTable(sparkpostSources, textOf(source), textOf(description))
      // A dead mailbox is dead for all mail; a wish is for the mail that it names.
      return meaning.means === 'suppress' && meaning.reason !== 'hard-bounce' && textOf(type) !== ''
        ? { ...meaning, streams: [textOf(type)] }
        : meaning
    }
  },
  {
    id: 'brevo',
    esp: 'brevo',
    has: ['email', 'reason', 'blockedat'],
    address: 'email',
    date: 'blockedat',
    source: 'https://developers.brevo.com/reference/get-transac-blocked-contacts',
    read: ({ reason }) => {
      const { code, message } = brevoReason(reason)
      return byTable(brevoCodes, code, message)
    }
  },
  {
    id: 'mailjet',
    esp: 'mailjet',
    has: ['email', 'isexcludedfromcampaigns'],
    address: 'email',
    date: 'exclusionfromcampaignsupdatedat',
    source: 'https://dev.mailjet.com/email/reference/contacts/contact/',
    read: ({ isexcludedfromcampaigns, isspamcomplaining }) =>
      isTrue(isspamcomplaining) ? suppress('complaint') : isTrue(isexcludedfromcampaigns) ? suppress('unsubscribe') : { means: 'spared' }
  },
  {
    id: 'mailchimp-unsubscribed',
    esp: 'mailchimp',
    has: ['emailaddress', 'unsubtime'],
    address: 'emailaddress',
    date: 'unsubtime',
    source: 'memory: header of the file of unsubscribed contacts in an audience export',
    read: ({ unsubtime, unsubreason }) => (textOf(unsubtime) === '' ? { means: 'spared' } : suppress('unsubscribe', textOf(unsubreason)))
  },
  {
    id: 'mailchimp-cleaned',
    esp: 'mailchimp',
    has: ['emailaddress', 'cleantime'],
    address: 'emailaddress',
    date: 'cleantime',
    source: 'memory: header of the file of cleaned contacts in an audience export',
    read: ({ cleantime, cleancampaigntitle }) =>
      textOf(cleantime) === '' ? { means: 'spared' } : suppress('hard-bounce', textOf(cleancampaigntitle))
  },
  {
    id: 'mailgun-bounces',
    esp: 'mailgun',
    has: ['address', 'code', 'error'],
    address: 'address',
    date: 'createdat',
    source: 'https://documentation.mailgun.com/docs/mailgun/api-reference/openapi-final/tag/Bounces/',
    read: ({ code, error }) => ({
      means: 'words',
      text: [textOf(code), textOf(error)].filter((part) => part !== '').join(' '),
      listed: true
    })
  },
  {
    id: 'mailgun-unsubscribes',
    esp: 'mailgun',
    has: ['address', 'tags'],
    address: 'address',
    date: 'createdat',
    source: 'https://documentation.mailgun.com/docs/mailgun/api-reference/openapi-final/tag/Unsubscribe/',
    read: ({ tags }) => suppress('unsubscribe', '', tagsOf(tags))
  },
  {
    // Bounces and blocks look the same, and blocks are no fault of the recipient: the words decide.
    id: 'sendgrid-bounces-or-blocks',
    esp: 'sendgrid',
    has: ['email', 'created', 'reason', 'status'],
    only: ['email', 'created', 'reason', 'status'],
    address: 'email',
    date: 'created',
    source: 'https://www.twilio.com/docs/sendgrid/api-reference/blocks-api/retrieve-all-blocks',
    read: ({ reason, status }) => ({ means: 'words', text: wordsWithStatus(textOf(reason), textOf(status)), listed: false })
  },
  {
    id: 'sendgrid-spam-reports',
    esp: 'sendgrid',
    has: ['email', 'created', 'ip'],
    only: ['email', 'created', 'ip'],
    address: 'email',
    date: 'created',
    source: 'memory: fields of /v3/suppression/spam_reports',
    read: () => suppress('complaint')
  },
  {
    id: 'sendgrid-invalid-emails',
    esp: 'sendgrid',
    has: ['email', 'created', 'reason'],
    only: ['email', 'created', 'reason'],
    address: 'email',
    date: 'created',
    source: 'memory: fields of /v3/suppression/invalid_emails',
    read: ({ reason, created }) => {
      const word = reasonOfWord(textOf(reason))
      if (word !== undefined) return byWord(reason)
      // SendGrid writes its times in seconds; anything else is another list with the same column names.
      return /^\d{9,10}$/.test(textOf(created))
        ? suppress('invalid-address', textOf(reason))
        : { means: 'words', text: textOf(reason), listed: false }
    }
  }
]

/** A status that the words do not repeat belongs before them: `5.1.1` beside `unknown user`. */
const wordsWithStatus = (words: string, status: string): string => (status === '' || words.includes(status) ? words : `${status} ${words}`)

/** The export whose columns these are. */
export const recogniseExport = (names: ReadonlySet<string>): KnownExport | undefined =>
  knownExports.find(
    ({ has, only }) => has.every((name) => names.has(name)) && (only === undefined || [...names].every((name) => only.includes(name)))
  )

/** Columns of lists in general, by plain name, in the order in which they are preferred. */
const addressNames = ['emailaddress', 'email', 'address', 'recipient', 'mail', 'emailid']
const reasonNames = ['suppressionreason', 'reason', 'bouncetype', 'type', 'status', 'event']
const dateNames = ['createdat', 'created', 'date', 'timestamp', 'time', 'suppressedat', 'updatedat', 'lastupdatetime', 'added', 'addedat']
const streamNames = ['stream', 'list', 'listid']

const firstOf = (candidates: readonly string[], names: ReadonlySet<string>): string | undefined =>
  candidates.find((name) => names.has(name))

/** Which column of a list of no known origin is which. */
export type Columns = {
  readonly address: string | undefined
  readonly reason: string | undefined
  readonly date: string | undefined
  readonly stream: string | undefined
}

export const columnsOf = (names: ReadonlySet<string>): Columns => ({
  address: firstOf(addressNames, names),
  reason: firstOf(reasonNames, names),
  date: firstOf(dateNames, names),
  stream: firstOf(streamNames, names)
})

/** A reason column holds a word for the reason, or a server's words. */
export const readReason = (value: unknown): RowMeaning => {
  const text = textOf(value)
  if (reasonOfWord(text) !== undefined) return byWord(text)
  // A server's words are more than a few letters.
  return /\s/.test(text) || /\d{3}/.test(text) ? { means: 'words', text, listed: false } : byWord(text)
}

export const dateIn = (fields: Fields, name: string | undefined): NewEntry['date'] =>
  name === undefined ? undefined : listDate(fields[name])
