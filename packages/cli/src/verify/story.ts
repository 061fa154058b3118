import type { SessionResult, Verdict } from '@whybounce/probe'
import { inspectAddress } from '@whybounce/probe'
import { block, openTerminal, printable, type Terminal } from '../terminal.ts'
import { exitCodes } from '../usage.ts'
import { askServers, tellsOf } from './ask.ts'
import type { VerifySettings } from './options.ts'
import { verdictJson } from './output.ts'
import { findVerdict, mailboxOf, onTheWire, openRun } from './run.ts'
import { reasonWords, verdictTitle, verdictWords } from './words.ts'

/** One address, told from the beginning: each check, what it found, the dialogue with the server, the verdict. */
const marks = { pass: '✓', fail: '✗', doubt: '!', unknown: '?', none: '–' } as const

const colours = { deliverable: 'green', sendable: 'green', risky: 'yellow', undeliverable: 'red', unknown: 'cyan' } as const

const indent = '    '

/** Milliseconds: nobody wants to watch a greylisting; --wait does. */
const waitForOne = 20_000

type Line = { readonly mark: keyof typeof marks; readonly title: string; readonly lines: readonly string[] }

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined

const storyOf = (verdict: Verdict, settings: VerifySettings): Line[] => {
  const { syntax, mx, probe, suppressed, history, typo } = verdict.checks
  const level = field(syntax, 'level')
  const code = field(syntax, 'code')
  const told: Line[] = [
    {
      mark: level === 'practical' ? 'pass' : level === 'rfc5321' ? 'doubt' : 'fail',
      title: 'Syntax',
      lines: [
        level === 'practical'
          ? 'written correctly'
          : typeof code === 'string'
            ? reasonWords(`bad-address-syntax/${code}`).says
            : String(level),
        ...(field(syntax, 'needsSmtputf8') === true ? ['needs SMTPUTF8 on every server on the way'] : []),
        ...(verdict.canonical === undefined ? [] : [`mailbox ${verdict.canonical}`])
      ]
    }
  ]
  if (verdict.flags.length > 0)
    told.push({
      mark: verdict.flags.includes('disposable') || verdict.flags.includes('no-reply') ? 'doubt' : 'none',
      title: 'Kind',
      lines: [verdict.flags.join(', ')]
    })
  if (verdict.suggestion !== undefined)
    told.push({
      mark: 'doubt',
      title: 'Suggestion',
      lines: [`${verdict.suggestion}${typo === undefined ? '' : ` (${String(field(typo, 'kind'))}, ${String(field(typo, 'confidence'))})`}`]
    })
  if (settings.checks.has('suppressed'))
    told.push(
      suppressed !== undefined
        ? { mark: 'fail', title: 'Own memory', lines: verdict.evidence.filter((line) => line.startsWith('suppression list')) }
        : history !== undefined
          ? { mark: 'pass', title: 'Own memory', lines: [`delivered ${String(field(history, 'deliveredAt'))}`] }
          : { mark: 'none', title: 'Own memory', lines: ['nothing is known of it'] }
    )
  if (mx !== undefined) {
    const status = field(mx, 'status')
    const said = typeof field(probe, 'reply') === 'string' ? verdict.evidence.at(-1) : undefined
    const lines = verdict.evidence.filter((line) => line !== said && !line.startsWith('suppression list') && !line.startsWith('delivered '))
    told.push({
      mark: status === 'hosts' ? 'pass' : status === 'dns-failure' || status === 'private' ? 'unknown' : 'fail',
      title: 'DNS',
      lines: [...lines, ...(verdict.provider === undefined ? [] : [`operated by ${verdict.provider}`])]
    })
  }
  if (probe !== undefined) {
    const kind = field(probe, 'kind')
    const reply = field(probe, 'reply')
    told.push({
      mark: kind === 'accepted' ? (field(probe, 'catchAll') === true ? 'doubt' : 'pass') : kind === 'refused' ? 'fail' : 'unknown',
      title: 'Mail server',
      lines: [
        ...(typeof reply === 'string' ? [`${String(field(probe, 'host') ?? '')} ${reply}`.trim()] : []),
        ...(field(probe, 'catchAll') === true
          ? ['an invented mailbox is accepted too']
          : field(probe, 'catchAll') === false
            ? ['an invented mailbox is refused']
            : []),
        ...(typeof field(probe, 'retryAt') === 'string' ? [`to be asked again at ${String(field(probe, 'retryAt'))}`] : []),
        ...(kind === 'skipped' ? [reasonWords(String(field(probe, 'reason') ?? 'not-asked')).says] : [])
      ]
    })
  }
  return told
}

const printStory = (terminal: Terminal, verdict: Verdict, settings: VerifySettings, sessions: readonly SessionResult[]): string => {
  const { paint, width } = terminal
  const words = verdictWords(verdict)
  const out = [
    `${paint(colours[verdict.verdict], verdictTitle(verdict.verdict))}: ${paint('bold', printable(verdict.address))}`,
    block(words.says, width, '  '),
    block(words.do, width, '  '),
    ''
  ]
  for (const { mark, title, lines } of storyOf(verdict, settings)) {
    out.push(`${marks[mark]} ${paint('bold', title)}`)
    for (const line of lines) out.push(block(printable(line), width, indent))
  }
  for (const { transcript, host } of sessions) {
    if (transcript.length === 0) continue
    out.push('', paint('bold', `The dialogue with ${printable(host ?? 'the server')}`))
    for (const { at, from, text } of transcript) {
      const arrow = from === 'us' ? '→' : from === 'them' ? '←' : '·'
      for (const part of text.split('\n')) out.push(`${String(Math.round(at)).padStart(7)} ms ${arrow} ${printable(part)}`)
    }
  }
  out.push('', `  Reasons   ${verdict.reasons.join(', ')}`, `  Score     ${verdict.score}`, `  Good till ${verdict.expiresAt.slice(0, 10)}`)
  return `${out.join('\n')}\n`
}

/** Checks one address and tells the story. Exit code 0 sendable or deliverable, 1 undeliverable or risky, 3 unknown. */
export const verifyAddress = async (address: string, settings: VerifySettings): Promise<number> => {
  const run = openRun(undefined, settings)
  try {
    const seen = inspectAddress(address)
    const { asciiDomain, level, needsSmtputf8 } = seen.check
    const sessions: SessionResult[] = []
    const tells = tellsOf(settings.probe)
    if (settings.probe !== undefined && run.domains !== undefined && level === 'practical' && asciiDomain !== undefined) {
      const route = await run.domains.get(asciiDomain)
      const { suppressed, history } = run.memory.of(address)
      if (route.status === 'hosts' && tells(route.operator) && suppressed === undefined && history === undefined) {
        const { operator, provider, hosts = [] } = route
        run.state.add([
          {
            kind: 'address',
            mailbox: mailboxOf(seen),
            address: onTheWire(seen),
            domain: asciiDomain,
            operator,
            hosts: hosts.map(({ name }) => name).join(' '),
            smtputf8: needsSmtputf8,
            ...(provider === undefined ? {} : { provider })
          }
        ])
        await askServers(
          run,
          { ...settings.probe, wait: settings.probe.wait ?? waitForOne },
          { onSession: (session) => sessions.push(session) }
        )
      }
    }
    const verdict = await findVerdict(run, seen, { duplicate: false, tells, now: new Date() })
    if (settings.json)
      process.stdout.write(
        `${JSON.stringify({ ...verdictJson(verdict), transcript: sessions.map(({ host, transcript }) => ({ host: host ?? null, lines: transcript })) }, null, 2)}\n`
      )
    else process.stdout.write(printStory(openTerminal(process.stdout), verdict, settings, sessions))
    return verdict.verdict === 'unknown'
      ? exitCodes.undetermined
      : verdict.verdict === 'risky' || verdict.verdict === 'undeliverable'
        ? exitCodes.trouble
        : exitCodes.done
  } finally {
    await run.close()
  }
}
