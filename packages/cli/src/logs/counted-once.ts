import { basename, dirname } from 'node:path'
import { recogniseLog } from '@whybounce/core/log'
import { readLogBlocks, tailOf } from '@whybounce/sources'
import type { LogInput } from './log-input.ts'
import { readRotatedName } from './rotated-names.ts'

/**
 * Leaves out what would count twice: a file that was named twice, the packed copy of a piece that is there unpacked as well, and logs of
 * syslog that hold lines of another one.
 */
export type CountedOnce = { readonly inputs: readonly LogInput[]; readonly leftOut: readonly string[]; readonly notes: readonly string[] }

/**
 * Lines of a lower priority go into the files of the higher ones, too: mail.info, mail.warn and mail.err repeat mail.log where syslog is set up
 * as Debian's rsyslog was up to version 11 (`mail.* -/var/log/mail.log`, `mail.info …`, `mail.warn …`, `mail.err …`).
 * https://debian-handbook.info/browse/jessie/sect.syslog.html: a priority stands for itself and all above. memory: the names of the files, and SUSE's `mail`.
 */
const priorities = ['mail.info', 'mail.warn', 'mail.warning', 'mail.err', 'mail.error']

/**
 * Exim writes the first line of each refusal into its main log as well, and most of the panic log
 * (https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html; Debian: `/var/log/exim4`).
 */
const besideMainlog = ['rejectlog', 'paniclog', 'exim_rejectlog', 'exim_paniclog', 'exim-rejectlog', 'exim-paniclog']
const mainlogs = ['mainlog', 'exim_mainlog', 'exim-mainlog']

/** Logs of everything, of which mail is a part: `*.*;auth,authpriv.none -/var/log/syslog`. */
const general = ['syslog', 'messages', 'user.log', 'daemon.log', 'all.log']
const special = ['mail.log', 'maillog', 'mail.info', 'mail']

/** Both are written at once, so that the last lines of one are among the last of the other. */
const tailBytes = 262_144
const otherTailBytes = 4 * 1_048_576
const comparedLines = 20

type Named = { readonly input: LogInput; readonly log: string; readonly piece: string; readonly isPacked: boolean }

export const countOnce = async (inputs: readonly LogInput[]): Promise<CountedOnce> => {
  const notes: string[] = []
  const leftOut: string[] = []
  const named = inputs.map((input): Named => ({ input, ...readRotatedName(input.file) }))
  const out = new Set<Named>()
  const leave = (which: readonly Named[], note: string): void => {
    for (const each of which) {
      out.add(each)
      leftOut.push(each.input.file)
    }
    notes.push(note)
  }

  const plain = new Map(named.filter(({ isPacked }) => !isPacked).map((each) => [each.piece, each]))
  for (const packed of named) {
    const copy = packed.isPacked ? plain.get(packed.piece) : undefined
    if (copy !== undefined && (await beginsAlike(copy.input, packed.input)))
      leave([packed], `${packed.input.file} is the packed copy of ${copy.input.file}, and was left out.`)
  }

  const logsOf = (folder: string, names: readonly string[]): Named[] =>
    named.filter((each) => !out.has(each) && dirname(each.log) === folder && names.includes(basename(each.log)))
  for (const folder of new Set(named.map(({ log }) => dirname(log)))) {
    const whole = ['mail.log', 'maillog', 'mail', 'mail.info'].find((name) => logsOf(folder, [name]).length > 0)
    const parts =
      whole === undefined
        ? []
        : logsOf(
            folder,
            priorities.filter((name) => name !== whole)
          )
    if (parts.length > 0)
      leave(parts, `${namesOf(parts)} in ${folder} repeat lines of ${whole}, and were left out. To read them, name them without it.`)
    const [mainlog] = logsOf(folder, mainlogs)
    const repeated = mainlog === undefined ? [] : logsOf(folder, besideMainlog)
    if (repeated.length > 0)
      leave(
        repeated,
        `${namesOf(repeated)} in ${folder} repeat lines of ${basename(mainlog?.log ?? '')}, and were left out. To read them, name them without it.`
      )
    const ofMail = logsOf(folder, special)
    for (const name of general) {
      const all = logsOf(folder, [name])
      if (all.length > 0 && ofMail.length > 0 && hasSameLines(currentOf(all), currentOf(ofMail)))
        leave(all, `${name} in ${folder} holds the same lines as ${namesOf(ofMail)}, and was left out. To read it, name it without them.`)
    }
  }
  return { inputs: named.filter((each) => !out.has(each)).map(({ input }) => input), leftOut, notes }
}

const namesOf = (which: readonly Named[]): string => [...new Set(which.map(({ log }) => basename(log)))].join(', ')

const currentOf = (pieces: readonly Named[]): string | undefined =>
  pieces.find(({ log, input, isPacked }) => !isPacked && log === readRotatedName(input.file).piece)?.input.file

const firstBytes = async (path: string): Promise<Buffer> => {
  for await (const { bytes } of readLogBlocks(path)) return Buffer.from(bytes.subarray(0, 65_536))
  return Buffer.alloc(0)
}

const beginsAlike = async ({ file }: LogInput, { file: other }: LogInput): Promise<boolean> => {
  const [one, two] = [await firstBytes(file), await firstBytes(other)]
  const length = Math.min(one.length, two.length)
  return length > 0 && one.subarray(0, length).equals(two.subarray(0, length))
}

/** Whether most of the last lines of mail in the one are in the other. */
const hasSameLines = (file: string | undefined, other: string | undefined): boolean => {
  if (file === undefined || other === undefined) return false
  const lines = tailOf(file, tailBytes)
    .toString('utf8')
    .split('\n')
    .slice(1, -1)
    .filter((line) => recogniseLog([line]).length > 0)
    .slice(-comparedLines)
  if (lines.length === 0) return false
  const there = new Set(tailOf(other, otherTailBytes).toString('utf8').split('\n'))
  return lines.filter((line) => there.has(line)).length * 2 > lines.length
}
