import { type FileKind, type Origin, table } from '@whybounce/core'

export const titleOf = (cause: string, detail?: string): string => {
  const found = table.causes.find(({ id }) => id === cause)
  return found?.details.find(({ id }) => id === detail)?.title ?? found?.title ?? cause
}

export const originKindWords: Readonly<Record<Exclude<FileKind, 'general' | 'code'>, string>> = {
  provider: 'Mailbox providers',
  mta: 'Mail servers',
  filter: 'Filters',
  esp: 'Sending services',
  blocklist: 'Blocklists',
  client: 'Libraries and mail clients'
}

const originWords: Readonly<Record<FileKind, string>> = {
  provider: 'Mailbox provider',
  mta: 'Mail server',
  filter: 'Filter',
  esp: 'Sending service',
  blocklist: 'Blocklist',
  client: 'Library or mail client',
  general: '',
  code: ''
}

export const originKind = ({ kind }: Origin): string => originWords[kind]

export const partyTitle = (party: string): string => table.parties[party]?.title ?? party
export const actionTitle = (action: string): string => table.actions[action]?.title ?? action

/** Who says something of their own: general phrases and bare codes belong to nobody. */
export const namedOrigins: readonly Origin[] = table.origins.filter(({ kind }) => kind !== 'general' && kind !== 'code')
