import { basename, dirname, join } from 'node:path'

/**
 * Which log a file belongs to, and its place in time, by its name. Rotated logs are named
 * - by logrotate(8): `mail.log.1`, `mail.log.2.gz`, the higher the older; with `dateext` `maillog-20261101` (`dateformat` -%Y%m%d, of hourly ones
 *   -%Y%m%d%H); with `extension .log` the number or date stands before it (memory, all of logrotate's)
 * - by newsyslog(8): `maillog.0.bz2`, the higher the older
 * - by exicyclog(8): `mainlog.01`, `mainlog.02.gz`, the higher the older; Exim itself puts a date where `log_file_path` has %D or %M
 * - by PowerMTA, Exchange, KumoMTA with a date in their names: `acct-2026-11-01-0000.csv`, `MSGTRK20261101-1.LOG` (memory)
 */
export type RotatedName = {
  /** The log without number, date and packing: the same for all pieces of a log, with their folder. */
  readonly log: string
  /** The name without the packing: the same for a piece and its packed copy. */
  readonly piece: string
  /** Packed by its name. */
  readonly isPacked: boolean
  /** Digits of the date, such as 20261101 or 2026110112. */
  readonly date?: string
  /** The number that stands last. With a date the higher one is later, without it the older one. */
  readonly number?: number
}

const packing = /\.(?:gz|xz|bz2|zst|zstd|Z|lzma)$/i
const extension = /\.(?:log|csv|json|jsonl|txt)$/i
const dated = /^(.*?)[-._]?((?:19|20)\d\d)[-._]?(0[1-9]|1[0-2])[-._]?(0[1-9]|[12]\d|3[01])(?:[-._T]?(\d{2,6}))?(?:[-._](\d{1,18}))?$/
const numbered = /^(.+)\.(\d{1,4})$/

export const readRotatedName = (path: string): RotatedName => {
  const name = basename(path)
  const folder = dirname(path)
  const piece = name.replace(packing, '')
  const isPacked = piece !== name
  const [end = ''] = extension.exec(piece) ?? []
  const stem = piece.slice(0, piece.length - end.length)
  const [, before, year, month, day, clock = '', count] = dated.exec(stem) ?? []
  const at = (log: string): string => join(folder, log)
  if (before !== undefined)
    return {
      log: at(`${before}${end}`),
      piece: at(piece),
      isPacked,
      date: `${year}${month}${day}${clock}`,
      ...(count === undefined ? {} : { number: Number(count) })
    }
  const [, base, number] = numbered.exec(stem) ?? []
  return base === undefined
    ? { log: at(piece), piece: at(piece), isPacked }
    : { log: at(`${base}${end}`), piece: at(piece), isPacked, number: Number(number) }
}

/** Dates ascending, then numbers descending, then what is written now. */
export const compareAge = (one: RotatedName, other: RotatedName): number => {
  if (one.date !== undefined && other.date !== undefined)
    return one.date === other.date ? (one.number ?? 0) - (other.number ?? 0) : one.date < other.date ? -1 : 1
  const rank = ({ date, number }: RotatedName): number => (date !== undefined ? 0 : number !== undefined ? 1 : 2)
  return rank(one) - rank(other) || (other.number ?? 0) - (one.number ?? 0)
}

/** In the order of time within each log; the logs in the order in which they first come. Equal ages keep their order. */
export const inOrderOfTime = <Input extends { readonly file: string }>(inputs: readonly Input[]): Input[] => {
  const logs = new Map<string, { readonly input: Input; readonly name: RotatedName }[]>()
  for (const input of inputs) {
    const name = readRotatedName(input.file)
    const pieces = logs.get(name.log)
    if (pieces === undefined) logs.set(name.log, [{ input, name }])
    else pieces.push({ input, name })
  }
  return [...logs.values()].flatMap((pieces) => pieces.sort((one, other) => compareAge(one.name, other.name)).map(({ input }) => input))
}

/** Names that mail logs have: worth a second look where their first lines are of other programs. */
export const isMailLogName = (path: string): boolean =>
  /^(?:mail|exim|mainlog|rejectlog|paniclog|smtp|sendmail|postfix|qmail|opensmtpd|acct|msgtrk|kumo|haraka|stalwart|postal|syslog|messages)/i.test(
    basename(path)
  )
