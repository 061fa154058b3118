import { roles, stages, table } from '@whybounce/core'
import { logFormats } from '@whybounce/core/log'
import { queueLogFormats } from '@whybounce/core/queue'
import { groupNames } from '@whybounce/core/report'
import { webhookFormats } from '@whybounce/core/webhook'
import { listFormats } from '@whybounce/sources'
import { suppressionReasons } from '@whybounce/store'
import { doctorHelp } from './doctor/help.ts'
import { help } from './help.ts'
import { lintHelp } from './lint/help.ts'
import { planHelp } from './plan/help.ts'
import { reportHelp } from './report/help.ts'
import { suppressHelp } from './suppress/help.ts'
import { traceHelp } from './trace/help.ts'
import { UsageError } from './usage.ts'
import { verifyHelp } from './verify/help.ts'
import { watchHelp } from './watch/help.ts'

const helpOf: Readonly<Record<string, string>> = {
  ...help,
  report: reportHelp,
  watch: watchHelp,
  trace: traceHelp,
  verify: verifyHelp,
  doctor: doctorHelp,
  lint: lintHelp,
  plan: planHelp,
  suppress: suppressHelp
}
const commands = [
  'explain',
  'events',
  'report',
  'watch',
  'trace',
  'verify',
  'doctor',
  'lint',
  'plan',
  'suppress',
  'codes',
  'causes',
  'providers',
  'troubleshoot',
  'see-more',
  'redact',
  'completion',
  'help'
]

/** The options of a command are those that its help names. */
const optionsOf = (command: string): string[] => [
  ...new Set([...(helpOf[command] ?? '').matchAll(/(?<=^ +(?:-\w, )?| {2})--[a-z][a-z0-9-]+/gm)].map(([option]) => option))
]

/** Options that are followed by the name of a file. */
const files = [
  '--file',
  '--checkpoint',
  '--password-file',
  '--tls-ca',
  '--output',
  '--repair',
  '--store',
  '--state',
  '--message',
  '--html',
  '--config',
  '--compare'
]

/** A completion script for a shell; the words in it come from the knowledge that is shipped with it. */
export const completion = (shell: string | undefined): string => {
  const causes = table.causes.map(({ id }) => id)
  const providers = table.origins.filter(({ kind }) => kind !== 'general' && kind !== 'code').map(({ id }) => id)
  const values: Readonly<Record<string, readonly string[]>> = {
    '--role': roles,
    '--stage': stages,
    '--as': Object.keys(table.labels),
    '--provider': providers,
    '--mark': ['seen', 'flagged'],
    '--checks': ['syntax', 'mx', 'probe', 'suppressed'],
    '--list-format': listFormats,
    '--reason': suppressionReasons,
    '--by': groupNames
  }
  const logs = [...new Set([...logFormats, ...queueLogFormats, ...webhookFormats].map(({ id }) => id))]
  /** `--format` means another thing in each command. */
  const formatsOf: Readonly<Record<string, readonly string[]>> = {
    events: logs,
    report: logs,
    watch: logs,
    trace: logs,
    verify: listFormats,
    suppress: ['csv', 'jsonl'],
    plan: ['files', 'schedule', 'json']
  }
  if (shell === 'bash' || shell === 'zsh') {
    const cases = Object.entries(values).map(
      ([option, words]) => `    ${option}) COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word")); return ;;`
    )
    const formatCases = Object.entries(formatsOf).map(
      ([command, words]) => `    '${command} --format') COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word")); return ;;`
    )
    return `${shell === 'zsh' ? '#compdef whybounce\nautoload -U +X bashcompinit && bashcompinit\n' : ''}_whybounce() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  case "$command $before" in
${formatCases.join('\n')}
  esac
  case "$before" in
${cases.join('\n')}
    ${files.join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${commands.join(' ')}" -- "$word")); return; fi
  if [[ "$word" == -* ]]; then
    case "$command" in
${commands.map((command) => `      ${command}) COMPREPLY=($(compgen -W "${optionsOf(command).join(' ')}" -- "$word")) ;;`).join('\n')}
    esac
    return
  fi
  case "$command" in
    causes) COMPREPLY=($(compgen -W "${causes.join(' ')}" -- "$word")) ;;
    providers) COMPREPLY=($(compgen -W "${providers.join(' ')}" -- "$word")) ;;
    completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")) ;;
    suppress) if [ "$COMP_CWORD" -eq 2 ]; then COMPREPLY=($(compgen -W "add import check why export remove audit" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi ;;
    explain|events|report|watch|trace|redact|verify|lint|plan) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o default -F _whybounce whybounce
`
  }
  if (shell === 'fish') {
    const wordsOf = (command: string, option: string): readonly string[] | undefined =>
      option === '--format' ? formatsOf[command] : values[option]
    const seen = (command: string): string => `-n '__fish_seen_subcommand_from ${command}'`
    return [
      `complete -c whybounce -n __fish_use_subcommand -f -a '${commands.join(' ')}'`,
      `complete -c whybounce ${seen('causes')} -f -a '${causes.join(' ')}'`,
      `complete -c whybounce ${seen('providers')} -f -a '${providers.join(' ')}'`,
      `complete -c whybounce ${seen('completion')} -f -a 'bash zsh fish'`,
      `complete -c whybounce ${seen('suppress')} -a 'add import check why export remove audit'`,
      ...commands.flatMap((command) =>
        optionsOf(command).map(
          (option) =>
            `complete -c whybounce ${seen(command)} -l ${option.slice(2)}${
              wordsOf(command, option) !== undefined
                ? ` -x -a '${wordsOf(command, option)?.join(' ')}'`
                : files.includes(option)
                  ? ' -r -F'
                  : ''
            }`
        )
      ),
      ''
    ].join('\n')
  }
  throw new UsageError('whybounce completion takes bash, zsh or fish.')
}
