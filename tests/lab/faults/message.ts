import { domain } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { senders } from '../reverse-names.ts'
import type { Zones } from '../zones.ts'

type Row = readonly [id: string, what: string, file: string, codes: Fault['codes'], more?: Partial<Fault>]

const rows: readonly Row[] = [
  ['message-changed', 'A scanner added a line to a signed message', 'changed', ['dkim.body-changed'], { cause: 'authentication-failed' }],
  [
    'message-subject-changed',
    'A list put its name into the subject of a signed message',
    'subject-changed',
    ['dkim.signature-wrong'],
    { cause: 'authentication-failed' }
  ],
  ['message-no-key', 'The key of the signature is gone', 'no-key', ['dkim.signature-no-key'], { besides: ['dkim.selector-missing'] }],
  ['message-unsigned', 'The message was not signed', 'unsigned', ['dkim.unsigned']],
  [
    'message-not-aligned',
    'It is signed by another domain than that of From',
    'not-aligned',
    ['dmarc.message-fails'],
    { besides: ['lint.not-aligned'] }
  ],
  ['message-attachment', 'It carries a program', 'attachment', ['lint.attachment-refused'], { besides: ['lint.attachment-executable'] }]
]

const rules: Fault = {
  id: 'rules-not-met',
  area: 'message',
  what: 'Neither SPF nor DKIM, which large providers ask of everybody',
  madeWith: 'NSD, Unbound',
  args: ['rules-not-met-lab.net', '--ip', senders.good],
  codes: ['compliance.not-met', 'spf.missing', 'dkim.none'],
  cause: 'authentication-failed'
}

export const messageFaults: readonly Fault[] = [
  ...rows.map(
    ([id, what, file, codes, more]): Fault => ({
      id,
      area: 'message',
      what,
      madeWith: 'Node, RFC 6376',
      args: ['healthy-lab.net', '--ip', senders.good, '--message', `$LAB/messages/${file}.eml`],
      codes,
      ...more
    })
  ),
  rules
]

export const messageZones: Zones = { 'rules-not-met-lab.net': domain('rules-not-met-lab.net', { spf: [], dkim: [] }) }
