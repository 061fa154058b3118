import { createReadStream, statSync, writeFileSync } from 'node:fs'
import { maxMessageBytes } from '@whybounce/core'
import type { Finding, FindingVerdict } from '@whybounce/core/finding'
import { type LintFacts, lintMessage } from '@whybounce/core/lint'
import { askRspamd, askSpamd, isToldByAuthentication, lookUpMessage, openResolver, type Resolver } from '@whybounce/probe'
import { countVerdicts, overall } from '../findings/rank.ts'
import { version } from '../help.ts'
import { openProgress } from '../progress.ts'
import { openTerminal, printable } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { lintHelp } from './help.ts'
import { type LintSettings, readLintOptions } from './options.ts'
import { type Linted, lintHtml, lintText } from './show.ts'

/**
 * `whybounce lint FILE…`: whether messages arrive and are read. Exit codes: 0 nothing fails (with --strict nothing warns either),
 * 1 something does, 2 usage, 3 nothing could be told.
 */
export const runLint = async (args: readonly string[]): Promise<number> => {
  const settings = readLintOptions(args)
  if (typeof settings === 'string') {
    process.stdout.write(settings === 'help' ? lintHelp : `${version}\n`)
    return exitCodes.done
  }
  for (const file of settings.files) checkFile(file)
  const { html } = settings
  if (html !== undefined && settings.files.some((file) => isSameFile(file, html)))
    throw new UsageError('--html would overwrite the message.')
  const resolver = settings.network ? resolverOf(settings.dns) : undefined
  // Facts of a thousand files are only kept where a page is made of them.
  const kept: Linted[] = []
  const verdicts = new Set<FindingVerdict>()
  try {
    for (const [index, file] of settings.files.entries()) {
      const linted = await lintFile(file, settings, resolver)
      verdicts.add(overall(countVerdicts(linted.findings)))
      if (settings.html !== undefined) kept.push(linted)
      if (settings.json) process.stdout.write(`${JSON.stringify(jsonOf(linted))}\n`)
      else process.stdout.write(`${index === 0 ? '' : '\n'}${lintText(linted, openTerminal(process.stdout), settings)}`)
    }
  } finally {
    resolver?.close()
  }
  if (settings.html !== undefined) writeHtml(settings.html, kept)
  if (verdicts.has('fail') || (settings.strict && verdicts.has('warn'))) return exitCodes.trouble
  return verdicts.has('unknown') ? exitCodes.undetermined : exitCodes.done
}

const jsonOf = ({ file, findings, facts }: Linted): object => ({ file, verdict: overall(countVerdicts(findings)), findings, facts })

const lintFile = async (file: string, settings: LintSettings, resolver: Resolver | undefined): Promise<Linted> => {
  const message = await readMessage(file)
  const { bulk } = settings
  const { findings, facts } = lintMessage(message, bulk === undefined ? {} : { bulk })
  const progress = openProgress(process.stderr)
  const ticking = setInterval(() => progress.show(undefined, `${printable(file)}: waiting for answers`), 200)
  try {
    const asked = await Promise.all([
      resolver === undefined ? [] : lookUp(message, facts, settings, resolver),
      settings.spamd === undefined ? [] : askSpamd(message, settings.spamd),
      settings.rspamd === undefined ? [] : askRspamd(message, { url: settings.rspamd })
    ])
    const own = resolver === undefined ? findings : findings.filter((found) => !isToldByAuthentication(found))
    return { file: file === '-' ? 'standard input' : file, findings: [...own, ...asked.flat()], facts }
  } finally {
    clearInterval(ticking)
    progress.clear()
  }
}

const lookUp = (message: Uint8Array, facts: LintFacts, { ip }: LintSettings, resolver: Resolver): Promise<readonly Finding[]> => {
  const [sender] = facts.from
  return lookUpMessage(message, {
    resolver,
    domains: facts.domains,
    ...(ip === undefined ? {} : { ip }),
    ...(sender === undefined ? {} : { from: sender.address.slice(sender.address.lastIndexOf('@') + 1).toLowerCase() })
  })
}

const resolverOf = (servers: readonly string[] | undefined): Resolver => {
  try {
    return openResolver(servers === undefined ? {} : { servers })
  } catch (error) {
    throw new UsageError(
      `--dns: ${error instanceof Error ? error.message : String(error)}. It takes 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53.`
    )
  }
}

/** Before anything is checked: a name that is wrong is not found out after a thousand files. Pipes count. */
const checkFile = (file: string): void => {
  if (file === '-') return
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) throw new UsageError(`There is no file ${printable(file)}.`)
  if (stats.isDirectory())
    throw new UsageError(`${printable(file)} is a folder. Give the messages in it: whybounce lint ${printable(file)}/*.eml`)
}

/** `a.eml` and `./a.eml`, and links to it. */
const isSameFile = (file: string, other: string): boolean => {
  if (file === '-') return false
  const [one, two] = [file, other].map((path) => statSync(path, { throwIfNoEntry: false }))
  return one?.isFile() === true && one.dev === two?.dev && one.ino === two.ino
}

/** One byte more than is read of a message, so that the check can say that there was more. */
const maxRead = maxMessageBytes + 1

const readMessage = async (file: string): Promise<Uint8Array> => {
  const chunks: Buffer[] = []
  let size = 0
  try {
    const stream: AsyncIterable<Buffer | string> = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 })
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      chunks.push(bytes)
      size += bytes.length
      if (size >= maxRead) break
    }
  } catch (error) {
    throw new UsageError(`${printable(file)} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  return Buffer.concat(chunks).subarray(0, maxRead)
}

const writeHtml = (path: string, linted: readonly Linted[]): void => {
  try {
    writeFileSync(path, lintHtml(linted, new Date()))
  } catch (error) {
    throw new UsageError(`--html: ${printable(path)} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}
