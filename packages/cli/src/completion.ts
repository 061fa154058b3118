import { roles, stages, table } from '@whybounce/core'
import { UsageError } from './usage.ts'

const commands = ['explain', 'events', 'codes', 'causes', 'providers', 'troubleshoot', 'see-more', 'redact', 'completion', 'help']
const options = [
  '--json',
  '--all',
  '--summary',
  '--quiet',
  '--header',
  '--unread',
  '--checkpoint',
  '--mark',
  '--move-to',
  '--password-file',
  '--tls-ca',
  '--insecure',
  '--lines',
  '--file',
  '--role',
  '--as',
  '--provider',
  '--stage',
  '--recipient',
  '--search',
  '--kind',
  '--frequency',
  '--importance',
  '--type',
  '--help',
  '--version'
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
    '--mark': ['seen', 'flagged']
  }
  if (shell === 'bash' || shell === 'zsh') {
    const cases = Object.entries(values).map(
      ([option, words]) => `    ${option}) COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word")); return ;;`
    )
    return `${shell === 'zsh' ? '#compdef whybounce\nautoload -U +X bashcompinit && bashcompinit\n' : ''}_whybounce() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  case "$before" in
${cases.join('\n')}
    --file|--checkpoint|--password-file|--tls-ca) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${commands.join(' ')}" -- "$word")); return; fi
  if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "${options.join(' ')}" -- "$word")); return; fi
  case "$command" in
    causes) COMPREPLY=($(compgen -W "${causes.join(' ')}" -- "$word")) ;;
    providers) COMPREPLY=($(compgen -W "${providers.join(' ')}" -- "$word")) ;;
    completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")) ;;
    explain|events|redact) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o default -F _whybounce whybounce
`
  }
  if (shell === 'fish') {
    const seen = (command: string): string => `-n '__fish_seen_subcommand_from ${command}'`
    return [
      `complete -c whybounce -n __fish_use_subcommand -f -a '${commands.join(' ')}'`,
      `complete -c whybounce ${seen('causes')} -f -a '${causes.join(' ')}'`,
      `complete -c whybounce ${seen('providers')} -f -a '${providers.join(' ')}'`,
      `complete -c whybounce ${seen('completion')} -f -a 'bash zsh fish'`,
      ...options.map(
        (option) =>
          `complete -c whybounce -l ${option.slice(2)}${values[option] === undefined ? '' : ` -x -a '${values[option].join(' ')}'`}`
      ),
      ''
    ].join('\n')
  }
  throw new UsageError('whybounce completion takes bash, zsh or fish.')
}
