import type { LogEvent } from '@whybounce/core/log'
import { queueWords } from './event-queue.ts'
import { columnsOf, fit, printable, type Terminal } from './terminal.ts'

/** An event in a line: on a terminal in columns that fit its window, elsewhere all that is known, parted by tabs. */
export const eventLine = (terminal: Terminal, file: string, offset: number, event: LogEvent): string => {
  const { diagnosis } = event
  const cause = diagnosis === undefined ? '-' : diagnosis.detail === undefined ? diagnosis.cause : `${diagnosis.cause}/${diagnosis.detail}`
  const kind = event.outcome === 'expired' ? 'expired' : event.kind === 'failed' && event.direction === 'inbound' ? 'refused' : event.kind
  const recipient = printable(event.recipient ?? '-')
  const text = printable(event.newRecipient ?? event.diagnosticCode ?? queueWords(event) ?? event.subject ?? '')
  if (!terminal.isTerminal) {
    const code = [event.replyCode, event.status].filter((part) => part !== undefined).join(' ')
    return [kind, cause, diagnosis?.party ?? '-', recipient, code === '' ? '-' : code, printable(`${file}:${offset}`), text].join('\t')
  }
  const { paint, fullWidth } = terminal
  const colour = event.kind === 'failed' ? 'red' : event.kind === 'delayed' ? 'yellow' : 'cyan'
  const [ofKind, ofCause, ofRecipient, ofWords] = widthsFor(fullWidth)
  return [
    paint(colour, cell(kind, ofKind)),
    paint('bold', cell(cause, ofCause)),
    ...(ofWords === 0 ? [fit(recipient, ofRecipient)] : [cell(recipient, ofRecipient), paint('dim', fit(text, ofWords))])
  ].join('')
}

const kindWidth = 12

/** Cause, recipient and words share what a window has beside the kind like this; in a narrow one there are no words. */
const shares = { cause: 34, recipient: 36, words: 28 } as const
const narrow = 60

/** More than this is empty space, and better given to the words. */
const most = { cause: 40, recipient: 50 } as const

type Widths = readonly [kind: number, cause: number, recipient: number, words: number]

const widthsFor = (width: number): Widths => {
  const room = width - kindWidth
  if (width < narrow) {
    const cause = Math.floor((room * shares.cause) / (shares.cause + shares.recipient))
    return [kindWidth, cause, room - cause, 0]
  }
  const share = room / (shares.cause + shares.recipient + shares.words)
  const cause = Math.min(most.cause, Math.floor(shares.cause * share))
  const recipient = Math.min(most.recipient, Math.floor(shares.recipient * share))
  return [kindWidth, cause, recipient, room - cause - recipient]
}

/** Cut or filled to so many columns, the last of them empty. */
const cell = (value: string, width: number): string => {
  const shown = fit(value, width - 1)
  return shown + ' '.repeat(Math.max(0, width - columnsOf(shown)))
}
