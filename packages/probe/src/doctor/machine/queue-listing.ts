/**
 * What mail servers print of their queues. All of it is text of strangers (senders, recipients, replies) in the format of a program
 * that may be another version: a line that does not fit is passed over, and no reader throws or takes more than linear time.
 */
export type QueueListing = {
  readonly count: number
  /** Of `count`, those that nobody tries until somebody lets them go. */
  readonly held: number
  /** Seconds since 1970 of the oldest that is tried; of the oldest that is held. */
  readonly oldest?: number
  readonly oldestHeld?: number
  /** Why messages wait, the most frequent first, with how many. */
  readonly reasons: readonly (readonly [reason: string, count: number])[]
  /** The mail server is not running, by its own words. */
  readonly down: boolean
}

type Entry = { readonly arrived?: number; readonly held: boolean; readonly reason?: string }

/** Reasons that are told apart; replies hold queue ids and addresses, so that each can be another one. */
const maxReasons = 1_000
const shownReasons = 3
/** Characters by which reasons are the same: what follows are ids and times. */
const reasonLength = 120

const collect = (entries: readonly Entry[], down: boolean): QueueListing => {
  const reasons = new Map<string, number>()
  let [held, oldest, oldestHeld] = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const { arrived = Number.POSITIVE_INFINITY, held: isHeld, reason } of entries) {
    if (isHeld) {
      held++
      oldestHeld = Math.min(oldestHeld, arrived)
    } else oldest = Math.min(oldest, arrived)
    const key = reason?.slice(0, reasonLength)
    if (key !== undefined && (reasons.has(key) || reasons.size < maxReasons)) reasons.set(key, (reasons.get(key) ?? 0) + 1)
  }
  return {
    count: entries.length,
    held,
    ...(Number.isFinite(oldest) ? { oldest } : {}),
    ...(Number.isFinite(oldestHeld) ? { oldestHeld } : {}),
    reasons: [...reasons].sort((one, other) => other[1] - one[1]).slice(0, shownReasons),
    down
  }
}

/** Seconds since 1970 that can be: not before mail was, not after the machine's numbers end. */
const asTime = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 && value < 253_402_300_800 ? Math.floor(value) : undefined

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    // The last line of a listing that was cut, or no JSON.
    return undefined
  }
}

/** `postqueue -j` (Postfix 3.1 and later): one JSON object a line. */
export const parsePostqueue = (text: string, errors: string): QueueListing => {
  const entries = text.split('\n').flatMap((line): readonly Entry[] => {
    const message = line.startsWith('{') ? parseJson(line) : undefined
    if (message === undefined) return []
    const recipients = field(message, 'recipients')
    const reason = field(Array.isArray(recipients) ? recipients[0] : undefined, 'delay_reason')
    const arrived = asTime(field(message, 'arrival_time'))
    return [
      {
        held: field(message, 'queue_name') === 'hold',
        ...(arrived === undefined ? {} : { arrived }),
        ...(typeof reason === 'string' ? { reason } : {})
      }
    ]
  })
  return collect(entries, errors.includes('Mail system is down'))
}

const eximUnits: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }
/** ` 3h  2.9K 1xWLNx-000693-0G <a@example.com> *** frozen ***`; ids of 4.97 and later are longer. */
const eximLine = /^ {0,4}(\d{1,6})([smhdw]) +\S{1,10} +[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4} </

/** `exim -bp`. `now` in milliseconds: it prints ages. */
export const parseEximQueue = (text: string, now: number): QueueListing =>
  collect(
    text.split('\n').flatMap((line): readonly Entry[] => {
      const [, number = '', unit = ''] = eximLine.exec(line.slice(0, 200)) ?? []
      if (unit === '') return []
      const arrived = Math.floor(now / 1_000) - Number(number) * (eximUnits[unit] ?? 0)
      return [{ arrived, held: line.endsWith('*** frozen ***') }]
    }),
    false
  )

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** `6APMQXqc030086        6 Wed Nov 25 22:26 a@example.com`; `*` behind the id: it is being sent. */
const sendmailLine = /^[0-9A-Za-z]{8,20}[*X-]? +\S{1,12} +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ( ?\d{1,2}) (\d\d):(\d\d) /

/** `sendmail -bp`. It prints no year: one that would lie in the future was the last. */
export const parseSendmailQueue = (text: string, now: number): QueueListing => {
  const today = new Date(now)
  const entries = text.split('\n').flatMap((line): readonly Entry[] => {
    const [, month = '', day = '', hour = '', minute = ''] = sendmailLine.exec(line.slice(0, 200)) ?? []
    if (!months.includes(month)) return []
    const date = new Date(today.getFullYear(), months.indexOf(month), Number(day), Number(hour), Number(minute))
    if (date.getTime() > now + 86_400_000) date.setFullYear(today.getFullYear() - 1)
    return [{ arrived: Math.floor(date.getTime() / 1_000), held: false }]
  })
  // Lines without a date (a message that is just being written) count too.
  const total = Number(/^\s*Total requests: (\d{1,9})$/m.exec(text)?.[1] ?? 0)
  return { ...collect(entries, false), count: Math.max(entries.length, total) }
}

/** `smtpctl show queue` of OpenSMTPD: `id|inet4|mta|suspend|from|to|to|created|expires|last try|tries|state|…|reason`. */
export const parseSmtpctlQueue = (text: string): QueueListing => {
  const rows = text.split('\n').filter((line) => /^[0-9a-f]{16}\|/.test(line))
  const entries = rows.map((row): Entry => {
    const fields = row.split('|', 16)
    const arrived = asTime(Number(fields[7]))
    const reason = fields[13]
    return {
      held: fields[3] === 'suspend',
      ...(arrived === undefined ? {} : { arrived }),
      ...(reason === undefined || reason === '' ? {} : { reason })
    }
  })
  return collect(
    entries,
    rows.some((row) => row.split('|', 13)[11] === 'offline')
  )
}
