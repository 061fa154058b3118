import { readCsvFields } from './csv-line.ts'

/**
 * Columns of Exchange's message tracking log. The `#Fields:` line names them; a piece of a log without it has the order of its version:
 * learn.microsoft.com/exchange/mail-flow/transport-logs/message-tracking. What Get-MessageTrackingLog exports as CSV has the same columns
 * under other names (memory: `Timestamp`, `Sender`, `Recipients`).
 */
const order =
  'datetime,clientip,clienthostname,serverip,serverhostname,sourcecontext,connectorid,source,eventid,internalmessageid,messageid,networkmessageid,recipientaddress,recipientstatus,totalbytes,recipientcount,relatedrecipientaddress,reference,messagesubject,senderaddress,returnpath,messageinfo,directionality,tenantid,originalclientip,originalserverip,customdata,transporttraffictype,logid,schemaversion'.split(
    ','
  )

const exportedNames: Readonly<Record<string, string>> = {
  timestamp: 'datetime',
  recipients: 'recipientaddress',
  sender: 'senderaddress'
}

export type ExchangeColumns = ReadonlyMap<string, number>

const columnsOf = (names: readonly string[]): ExchangeColumns => new Map(names.map((name, index) => [name, index]))

/** 30 columns since 2016, 27 in 2013, 26 before there was a network-message-id. */
const byCount: ReadonlyMap<number, ExchangeColumns> = new Map([
  [30, columnsOf(order)],
  [27, columnsOf(order.slice(0, 27))],
  [26, columnsOf(order.slice(0, 27).filter((name) => name !== 'networkmessageid'))]
])

const plain = (name: string): string => {
  const bare = name.trim().toLowerCase().replace(/[-_ ]/g, '')
  return Object.hasOwn(exportedNames, bare) ? (exportedNames[bare] ?? bare) : bare
}

/** The columns that a header names, or undefined where the line is none: `#Fields: …`, or the first line of an export. */
export const readExchangeHeader = (line: string): ExchangeColumns | undefined => {
  const listed = line.startsWith('#Fields:')
    ? line.slice(8)
    : /^"?(?:Timestamp|PSComputerName|EventId|date-time)"?,/i.test(line)
      ? line
      : undefined
  if (listed === undefined) return undefined
  const columns = columnsOf(readCsvFields(listed.trim()).fields.map(plain))
  return columns.has('eventid') && columns.has('recipientaddress') ? columns : undefined
}

/** The columns of a row in a log whose header is not there. */
export const columnsOfRow = (fields: readonly string[]): ExchangeColumns | undefined =>
  /^\d{4}-\d\d-\d\dT/.test(fields[0] ?? '') ? byCount.get(fields.length) : undefined
