/** A word behind `--journal` is a unit only where it ends as one: else it is a path. */
const unit = /^[\w@.:-]+\.(?:service|slice)$/

/** `--journal` may stand alone, with a unit behind it and with `=UNIT`; the parser knows only the last of them. */
export const withJournal = (args: readonly string[]): readonly string[] => {
  const end = args.indexOf('--')
  const out: string[] = []
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? ''
    const next = args[at + 1] ?? ''
    if (argument !== '--journal' || (end >= 0 && at > end)) out.push(argument)
    else if (unit.test(next)) {
      out.push(`--journal=${next}`)
      at++
    } else out.push('--journal=')
  }
  return out
}

/** The option's value after `withJournal`: whether the journal is read; a text is the unit. */
export const journalOf = (value: string | undefined): boolean | string => (value === undefined ? false : value === '' ? true : value)
