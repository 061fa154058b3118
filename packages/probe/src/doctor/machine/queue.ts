import { type Finding, finding } from '@whybounce/core/finding'
import type { QueueListing } from '@whybounce/core/queue'
import type { MailSoftware } from './mail-software.ts'
import { runCommand } from './run-command.ts'

/** A busy server has hundreds; a thousand that wait are a stream that goes nowhere, or spam. */
const longQueue = 1_000
/** Seconds. Servers give up after 4 to 5 days (RFC 5321 §4.5.4.1): what is older is not tried any more. */
const oldQueue = 6 * 86_400
/** Seconds. Frozen bounces are put away after a week by Debian's Exim; filters hold mail for minutes. */
const longHeld = 8 * 86_400

export const ageText = (seconds: number): string => {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600), Math.floor(seconds / 60)]
  if (days > 1) return `${days} days`
  return hours > 1 ? `${hours} hours` : `${minutes} minutes`
}

/** What a listing says. `cut`: there is more than was read. `now` in milliseconds. */
export const queueFindings = (software: MailSoftware, listing: QueueListing, cut: boolean, now: number): readonly Finding[] => {
  const { count, held, oldest, oldestHeld, reasons, down } = listing
  const { name, list, release, remove, start } = software
  const age = (since: number | undefined): number => (since === undefined ? 0 : Math.max(0, Math.floor(now / 1_000) - since))
  const waiting = count - held
  const number = `${cut ? 'more than ' : ''}${waiting}`
  const evidence = [
    `${number} wait${oldest === undefined ? '' : `, the oldest for ${ageText(age(oldest))}`}; ${held} are held`,
    ...reasons.map(([reason, times]) => `${times} wait because: ${reason}`)
  ]
  const values = { software: name, count: number, list, release, remove, start, age: ageText(age(oldest)) }
  const found: Finding[] = []
  if (down) found.push(finding('queue.not-running', evidence, values))
  if (waiting >= longQueue) found.push(finding('queue.long', evidence, values))
  if (age(oldest) > oldQueue) found.push(finding('queue.old', evidence, values))
  if (age(oldestHeld) > longHeld)
    found.push(finding('queue.frozen', [`the oldest for ${ageText(age(oldestHeld))}`], { ...values, count: String(held) }))
  return found.length > 0 ? found : [finding('queue.fine', evidence, values)]
}

/** The queue of one mail server. Where it cannot be read, that is said; root sees more than others. */
export const checkQueue = async (software: MailSoftware, signal: AbortSignal, now: number): Promise<readonly Finding[]> => {
  const { name, program, args, list, parse } = software
  const { ok, text, errors, cut } = await runCommand(program, args, signal)
  if (!ok)
    return [
      finding(
        'queue.unknown',
        [`${program} ${args.join(' ')}`, errors.split('\n')[0] || 'it failed, or took longer than 10 seconds'].filter(Boolean),
        { software: name, list }
      )
    ]
  return queueFindings(software, parse(text, errors, now), cut, now)
}
