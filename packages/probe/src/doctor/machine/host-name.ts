import { hostname } from 'node:os'
import { type Finding, finding } from '@whybounce/core/finding'
import { describeAnswer } from '../../dns/describe-answer.ts'
import { isPublicAddress } from '../../dns/public-address.ts'
import { isHostName } from '../../self-check/host-names.ts'
import { interfaceAddresses } from '../../self-check/own-address.ts'
import type { Context } from '../check.ts'
import type { MailSoftware } from './mail-software.ts'
import { readStart } from './read-start.ts'
import { runCommand } from './run-command.ts'

/** The full name of a short one by `/etc/hosts`, as `hostname -f` finds it: the first name with a dot on its line. */
export const fullNameIn = (hosts: string, short: string): string | undefined =>
  hosts
    .split('\n')
    .map((line) => (line.split('#')[0] ?? '').trim().split(/\s+/).slice(1))
    .find((names) => names.includes(short))
    ?.find((name) => name.includes('.'))

/** What `postconf -h myhostname relayhost` says. */
export const parsePostconf = (text: string): { readonly name?: string; readonly relays: boolean } => {
  const [name = '', relayhost = ''] = text.split('\n').map((line) => line.trim())
  return { ...(name === '' ? {} : { name }), relays: relayhost !== '' }
}

/** Debian's Exim that delivers nothing to others by itself (`/etc/exim4/update-exim4.conf.conf`). */
export const eximRelays = (settings: string): boolean => /^dc_eximconfig_configtype='(?:smarthost|satellite|local|none)'/m.test(settings)

type Names = { readonly name: string; readonly relays: boolean; readonly from: string }

const ownName = async (software: readonly MailSoftware[], signal: AbortSignal): Promise<Names> => {
  const short = hostname()
  const name = short.includes('.') ? short : (fullNameIn(await readStart('/etc/hosts'), short) ?? short)
  const own = { name, relays: false, from: `name of this machine: ${name}` }
  if (software.some((one) => one.name === 'Postfix')) {
    const { ok, text } = await runCommand('/usr/sbin/postconf', ['-h', 'myhostname', 'relayhost'], signal)
    const said = ok ? parsePostconf(text) : undefined
    return { ...own, ...said, from: said?.name === undefined ? own.from : `Postfix: myhostname = ${said.name}` }
  }
  if (software.some((one) => one.name === 'Exim'))
    return { ...own, relays: eximRelays(await readStart('/etc/exim4/update-exim4.conf.conf')) }
  return own
}

/**
 * Whether others can find the mail server by the name it has. Without a mail server, or where it hands everything to a relay, nobody
 * needs to.
 */
export const checkHostName = async ({ query, options, signal }: Context, software: readonly MailSoftware[]): Promise<Finding> => {
  const { name, relays, from } = await ownName(software, signal)
  if (software.length === 0 || relays) return finding('host-name.not-needed', [from], { name })
  if (!isHostName(name)) return finding('host-name.not-full', [from], { name, example: `mail.${options.from ?? 'example.com'}` })
  const answers = await Promise.all([query(name, 'A'), query(name, 'AAAA')])
  const evidence = [from, ...answers.map((answer) => `${answer.type} of ${answer.name}: ${describeAnswer(answer)}`)]
  if (answers.some(({ records }) => records.length > 0)) return finding('host-name.found', evidence)
  if (answers.some(({ status }) => status === 'failed')) return finding('host-name.unknown', evidence)
  const ip = options.ip ?? interfaceAddresses().find(isPublicAddress)
  const type = ip?.includes(':') ? 'AAAA' : 'A'
  return finding('host-name.no-address', evidence, { name, type, ip: ip ?? '(the public address of this server)' })
}
