import { defaultDiagnoser, eventKinds } from '@whybounce/core'
import type { EventFields, NewEntry, SuppressionReason } from '@whybounce/store'
import { fromCsvCell } from './csv-cell.ts'
import { columnsOf, dateIn, type Fields, type KnownExport, type RowMeaning, readReason, recogniseExport, textOf } from './known-exports.ts'
import { plainName, reasonOfWord } from './reason-words.ts'

/** What the command line says of a list. */
export type RowOptions = {
  readonly addressColumn?: string | undefined
  readonly reason?: SuppressionReason | undefined
  readonly stream?: string | undefined
  readonly expires?: string | undefined
}

/** What a row comes to. `spared`: the row is understood and asks for no suppression; `cause` where a server's words say so. */
export type RowResult =
  | { readonly is: 'entries'; readonly entries: readonly NewEntry[] }
  | { readonly is: 'event'; readonly event: EventFields }
  | { readonly is: 'spared'; readonly cause?: string }
  | { readonly is: 'problem'; readonly problem: string }

/** A list that cannot be read without being told more: one sentence that names the option. Nothing of it was imported. */
export type Question = { readonly question: string }

export type RowReader = {
  /** What the list was taken for. */
  readonly origin: string
  readonly read: (fields: Fields, at: number) => RowResult
}

const isEvents = (names: ReadonlySet<string>): boolean => ['kind', 'direction', 'recipient'].every((name) => names.has(name))
const isOurs = (names: ReadonlySet<string>): boolean => ['hash', 'key', 'stream', 'reason', 'added'].every((name) => names.has(name))

const named = (names: ReadonlySet<string>): string => [...names].slice(0, 12).join(', ')

/** How rows with these names are read, in `file`; or what has to be told first. */
export const openRowReader = (names: ReadonlySet<string>, file: string, options: RowOptions): RowReader | Question => {
  if (options.addressColumn === undefined && isEvents(names)) return { origin: 'events', read: (fields, at) => readEvent(fields, file, at) }
  if (options.addressColumn === undefined && isOurs(names)) return { origin: 'whybounce', read: (fields) => readOurs(fields) }
  const known = options.addressColumn === undefined ? recogniseExport(names) : undefined
  if (known !== undefined) return { origin: known.id, read: (fields, at) => entriesOf(known, fields, at, file, options) }
  const columns = columnsOf(names)
  const address = options.addressColumn === undefined ? columns.address : plainName(options.addressColumn)
  if (address === undefined || !(names.has(address) || /^\d+$/.test(address)))
    return {
      question:
        address === undefined
          ? `None of the columns of ${file} is known to hold addresses (${named(names)}). Name it, or give its number: --address-column 2`
          : `${file} has no column ${options.addressColumn} (it has: ${named(names)}).`
    }
  if (options.reason === undefined && columns.reason === undefined)
    return {
      question: names.has('memberrating')
        ? `${file} looks like the subscribed contacts of a Mailchimp audience. Import the files of unsubscribed and cleaned contacts, or say why all of these are to be suppressed: --reason unsubscribe`
        : `${file} does not tell why its addresses are to be suppressed. Say so: --reason unsubscribe (or ${knownReasons})`
    }
  const generic: KnownExport = {
    id: 'list',
    esp: '',
    has: [],
    address,
    date: columns.date ?? '',
    source: '',
    read: (fields) => readReason(fields[columns.reason ?? ''])
  }
  return {
    origin: 'list',
    read: (fields, at) => {
      const stream = options.stream ?? (columns.stream === undefined ? undefined : textOf(fields[columns.stream]))
      return entriesOf(generic, fields, at, file, { ...options, stream })
    }
  }
}

const knownReasons = 'complaint, manual, hard-bounce, invalid-address'

/** The fields of an event whose names lose their capitals as plain names. */
const eventNames = [
  'kind',
  'outcome',
  'recipient',
  'originalRecipient',
  'feedbackType',
  'cause',
  'detail',
  'action',
  'diagnosticCode',
  'time'
] as const

const readEvent = (fields: Fields, file: string, at: number): RowResult => {
  const kind = eventKinds.find((known) => known === fields.kind)
  if (kind === undefined) return { is: 'problem', problem: `There is no kind of event "${textOf(fields.kind).slice(0, 40)}".` }
  const texts = Object.fromEntries(
    eventNames.flatMap((name) => {
      const value = fields[plainName(name)]
      return typeof value === 'string' ? [[name, value]] : []
    })
  )
  const place = textOf(fields.file)
  const offset = typeof fields.offset === 'number' ? fields.offset : at
  return { is: 'event', event: { ...texts, kind, file: place === '' ? file : place, offset } }
}

const readOurs = (fields: Fields): RowResult => {
  const text = (name: string): string | undefined => {
    const value = fromCsvCell(textOf(fields[name]))
    return value === '' ? undefined : value
  }
  const reason = reasonOfWord(text('reason') ?? '')
  if (reason === undefined || reason === 'spared') return { is: 'problem', problem: 'The row has no reason.' }
  const address = text('address')
  const offset = text('offset')
  return {
    is: 'entries',
    entries: [
      {
        reason,
        ...(address === undefined ? { hash: text('hash') ?? '', key: text('key') ?? '' } : { address }),
        stream: text('stream'),
        detail: text('detail'),
        evidence: text('evidence'),
        file: text('file'),
        offset: offset !== undefined && Number.isSafeInteger(Number(offset)) ? Number(offset) : undefined,
        esp: text('esp'),
        date: text('date'),
        expires: expiryOf(text('expires'))
      }
    ]
  }
}

const expiryOf = (text: string | undefined): string | undefined =>
  text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString()

const entriesOf = (known: KnownExport, fields: Fields, at: number, file: string, options: RowOptions): RowResult => {
  const address = textOf(fields[known.address])
  if (address === '') return { is: 'problem', problem: 'The row has no address.' }
  // Bytes that are not UTF-8: another mailbox would be hashed than the one that was meant.
  if (address.includes('\ufffd')) return { is: 'problem', problem: 'The address is not in UTF-8.' }
  const meaning = decide(options.reason === undefined ? known.read(fields) : { means: 'suppress', reason: options.reason })
  if (meaning.is !== 'reason') return meaning
  const { reason, evidence, detail, streams = [''] } = meaning
  return {
    is: 'entries',
    entries: streams.map((stream) => ({
      reason,
      address,
      stream: options.stream ?? stream,
      detail,
      evidence,
      file,
      offset: at,
      esp: known.esp === '' ? undefined : known.esp,
      date: dateIn(fields, known.date),
      expires: options.expires
    }))
  }
}

type Decided =
  | {
      readonly is: 'reason'
      readonly reason: SuppressionReason
      readonly streams?: readonly string[]
      readonly evidence?: string
      readonly detail?: string
    }
  | Exclude<RowResult, { is: 'entries' | 'event' }>

/**
 * A server's words go through the same diagnosis as everything else: an address is suppressed where they say that it is at fault. Words
 * that tell nothing suppress only where the service itself keeps the list for hard bounces and nothing else.
 */
const decide = (meaning: RowMeaning): Decided => {
  if (meaning.means === 'suppress') return { is: 'reason', ...meaning }
  if (meaning.means === 'spared') return { is: 'spared' }
  if (meaning.means === 'unclear') return { is: 'problem', problem: meaning.problem }
  const { cause, action, confidence, detail } = defaultDiagnoser().diagnose(meaning.text.slice(0, maxWordsLength))
  const undetermined = confidence === 'none' || (meaning.listed && confidence === 'weak')
  if (action === 'suppress')
    return { is: 'reason', reason: 'hard-bounce', detail: detail === undefined ? cause : `${cause}/${detail}`, evidence: meaning.text }
  return undetermined && meaning.listed ? { is: 'reason', reason: 'hard-bounce', evidence: meaning.text } : { is: 'spared', cause }
}

/** A reply is no longer than that; what a list holds beyond it is not looked at, in UTF-16 code units. */
const maxWordsLength = 10_000
