import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseEximQueue, parsePostqueue, parseSendmailQueue, parseSmtpctlQueue, type QueueListing } from '@whybounce/core/queue'

/** A mail server that is set up on this machine, and how it tells of its queue. */
export type MailSoftware = {
  readonly name: 'Postfix' | 'Exim' | 'sendmail' | 'OpenSMTPD'
  readonly program: string
  readonly args: readonly string[]
  readonly spool: string
  readonly parse: (text: string, errors: string, now: number) => QueueListing
  /** What an administrator types: to see the queue, to let go, to delete, to start the server. */
  readonly list: string
  readonly release: string
  readonly remove: string
  readonly start: string
}

type Known = Omit<MailSoftware, 'program' | 'spool'> & {
  readonly programs: readonly string[]
  readonly spools: readonly string[]
  /** One of these must be there: a package without its configuration is no mail server. */
  readonly configurations: readonly string[]
}

const known: readonly Known[] = [
  {
    name: 'Postfix',
    programs: ['/usr/sbin/postqueue', '/usr/local/sbin/postqueue'],
    args: ['-j'],
    spools: ['/var/spool/postfix'],
    configurations: ['/etc/postfix/main.cf', '/usr/local/etc/postfix/main.cf'],
    parse: parsePostqueue,
    list: 'postqueue -p',
    release: 'postsuper -H QUEUE-ID',
    remove: 'postsuper -d QUEUE-ID',
    start: 'postfix start'
  },
  {
    name: 'Exim',
    programs: ['/usr/sbin/exim4', '/usr/sbin/exim', '/usr/local/sbin/exim', '/usr/exim/bin/exim'],
    args: ['-bp'],
    spools: ['/var/spool/exim4', '/var/spool/exim'],
    configurations: ['/etc/exim4', '/etc/exim.conf', '/etc/exim', '/usr/local/etc/exim', '/usr/exim/configure'],
    parse: (text, _errors, now) => parseEximQueue(text, now),
    list: 'exim -bp',
    release: 'exim -Mt MESSAGE-ID',
    remove: 'exim -Mrm MESSAGE-ID',
    start: 'systemctl start exim4'
  },
  {
    name: 'OpenSMTPD',
    programs: ['/usr/sbin/smtpctl', '/usr/local/sbin/smtpctl'],
    args: ['show', 'queue'],
    spools: ['/var/spool/smtpd'],
    configurations: ['/etc/smtpd.conf', '/etc/mail/smtpd.conf', '/usr/local/etc/mail/smtpd.conf'],
    parse: (text) => parseSmtpctlQueue(text),
    list: 'smtpctl show queue',
    release: 'smtpctl resume envelope ID',
    remove: 'smtpctl remove ID',
    start: 'systemctl start opensmtpd'
  },
  {
    name: 'sendmail',
    programs: ['/usr/sbin/sendmail', '/usr/lib/sendmail'],
    args: ['-bp'],
    spools: ['/var/spool/mqueue'],
    configurations: ['/etc/mail/sendmail.cf'],
    parse: (text, _errors, now) => parseSendmailQueue(text, now, -new Date(now).getTimezoneOffset()),
    list: 'mailq',
    release: 'sendmail -qIQUEUE-ID',
    remove: 'rm of the files qfQUEUE-ID and dfQUEUE-ID in /var/spool/mqueue',
    start: 'systemctl start sendmail'
  }
]

/** The mail servers that are installed and set up. `root`: the folder that stands for `/`, for tests. */
export const findMailSoftware = (root = '/'): readonly MailSoftware[] => {
  const first = (paths: readonly string[]): string | undefined => paths.map((path) => join(root, path)).find((path) => existsSync(path))
  const found = known.flatMap(({ programs, spools, configurations, ...rest }) => {
    const program = first(programs)
    const spool = first(spools)
    return program === undefined || spool === undefined || first(configurations) === undefined ? [] : [{ ...rest, program, spool }]
  })
  // The others bring a `sendmail` of their own.
  return found.length > 1 ? found.filter(({ name }) => name !== 'sendmail') : found
}
