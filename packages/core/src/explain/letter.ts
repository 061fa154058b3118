import { rawMessage } from '../message/bytes.ts'
import { readHeaders } from '../message/headers.ts'
import { htmlToText } from '../message/html.ts'
import { isBulk } from '../message/kind.ts'
import { holdsReturned, partBytes, partText, readParts } from '../message/parts.ts'
import type { MessageReader, MessageReading } from '../message/read.ts'
import { isNoBounce, whatWasRead } from '../message/what-was-read.ts'

/**
 * A message that is no notice. Who asks for help forwards a bounce, as an attachment or in the text, and then that is meant; what
 * a newsletter says about bounces is nobody's failure, and is not explained.
 */
export const isLetter = ({ events }: MessageReading): boolean => events.length > 0 && events.every(({ kind }) => kind === 'other')

/** More attached messages than these are a digest. */
const maxAttached = 20

/** The notices that are attached to a letter. */
export const attachedNotices = (bytes: Uint8Array, readMessage: MessageReader): readonly MessageReading[] => {
  const raw = rawMessage(bytes)
  const { parts } = readParts(raw, readHeaders(raw, 0, raw.text.length), raw.text.length)
  return parts
    .filter((part) => holdsReturned(part) || /\.eml$/i.test(part.parameters.name ?? ''))
    .slice(0, maxAttached)
    .map((part) => readMessage(partBytes(raw, part)))
    .filter((reading) => reading.events.length > 0 && !isLetter(reading))
}

/** Each as long as a notice may be. */
const maxText = 128 * 1024

const offersUnsubscribe = /unsubscribe|abmelden|abbestellen|désabonner|desuscribir|cancelar (?:la )?suscripción|disiscri/i

/** The text of a letter, which may quote the failure that is asked about; undefined of mail to many. */
export const quotingText = (bytes: Uint8Array): string | undefined => {
  const raw = rawMessage(bytes)
  const headers = readHeaders(raw, 0, raw.text.length)
  if (isBulk(headers)) return undefined
  const { parts } = readParts(raw, headers, raw.text.length)
  const part = parts.find(({ type }) => type === 'text/plain') ?? parts.find(({ type }) => type === 'text/html')
  if (part === undefined) return undefined
  const text = partText(raw, part).slice(0, maxText)
  const plain = part.type === 'text/html' ? htmlToText(text) : text
  return offersUnsubscribe.test(plain) ? undefined : plain
}

/** A subject is as long as its writer likes. */
const maxSubject = 100

export const whatLetterIs = ({ events }: MessageReading): string => {
  const { subject, sender } = events[0] ?? {}
  const parts = [subject === undefined ? '' : `"${shown(subject)}"`, sender === undefined ? '' : `from ${shown(sender)}`]
  const named = parts.filter((part) => part !== '').join(' ')
  return `${isNoBounce}${named === '' ? '' : `: ${named}`}.`
}

/** Said where nothing is attached: what the letter quotes may be meant after all. */
export const howToAsk = 'If it quotes an error that you want explained, give that error alone.'

export const whatIsQuoted = 'What it quotes is explained here.'

export const whatIsAttached = (notices: readonly MessageReading[]): string => {
  const [first] = notices
  const read = first === undefined ? undefined : whatWasRead(first)?.read
  if (notices.length > 1 || read === undefined) return `It holds ${notices.length} notices:`
  return `It holds ${read.charAt(0).toLowerCase()}${read.slice(1)}:`
}

/** Without control characters and marks of direction, cut where it is too long. */
const shown = (text: string): string => {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
  return plain.length > maxSubject ? `${plain.slice(0, maxSubject - 1)}…` : plain
}
