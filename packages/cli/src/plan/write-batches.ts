import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type Batch, type PlanGroup, tiers } from '@whybounce/core/plan'
import { type ListInfo, type ListRow, type OpenListWriter, openListWriter } from '@whybounce/sources'
import type { Progress } from '../progress.ts'
import { UsageError } from '../usage.ts'
import { openClassifier } from './classify.ts'
import { type CountedList, openPlanList, shareRead } from './count-list.ts'
import type { PlanSettings } from './options.ts'

const endings = { csv: 'csv', tsv: 'tsv', jsonl: 'jsonl', text: 'txt', xlsx: 'csv' } as const
const longestName = 60

/** A list of one column named .csv is plain text by its content, and keeps its ending. */
const endingOf = (format: ListInfo['format'], list: string): string =>
  format === 'text' && /\.csv(?:\.(?:gz|zst))?$/i.test(list) ? 'csv' : endings[format]

/** `batch-0001-gmail.csv`: numbers of one width, so that files sort as they are sent. */
export const fileNames = (
  groups: readonly PlanGroup[],
  batches: number,
  format: ListInfo['format'],
  list: string
): ((batch: Batch) => string) => {
  const width = Math.max(4, String(batches).length)
  const names = groups.map(({ id }) =>
    id
      .replace(/[^a-z0-9.-]/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, longestName)
  )
  return ({ number, group }) => `batch-${String(number).padStart(width, '0')}-${names[group] ?? ''}.${endingOf(format, list)}`
}

/** The folder for batches: made where there is none. Old batches in it would be sent along with the new ones, so that it must hold none. */
export const prepareFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).some((name) => /^batch-\d+|^left-out\.|^schedule\.csv$/.test(name)))
    throw new UsageError(`${folder} holds batches of another plan: name an empty folder, or remove them.`)
}

/** The list is not the one that was counted: it was written to in between, and the batches would be wrong. */
export class ListChangedError extends Error {
  override name = 'ListChangedError'
}

type Lane = {
  readonly numbers: readonly { readonly name: string; readonly recipients: number }[]
  at: number
  left: number
  writer: OpenListWriter | undefined
}

/**
 * Second reading: each row goes unchanged to the batch that its place among its receiver's and tier's rows falls into. One batch of each
 * is open at a time, and no file stays open.
 */
export const writeBatches = async (
  settings: PlanSettings,
  folder: string,
  counted: CountedList,
  batches: Iterable<Batch>,
  nameOf: (batch: Batch) => string,
  progress: Progress
): Promise<void> => {
  const lanes = new Map<
    string,
    { numbers: { name: string; recipients: number }[]; at: number; left: number; writer: OpenListWriter | undefined }
  >()
  for (const batch of batches) {
    const key = `${batch.group} ${tiers.indexOf(batch.tier)}`
    const lane = lanes.get(key) ?? { numbers: [], at: -1, left: 0, writer: undefined }
    lane.numbers.push({ name: nameOf(batch), recipients: batch.recipients })
    lanes.set(key, lane)
  }
  const list = await openPlanList(settings)
  const { info } = list
  const format = info.format === 'xlsx' ? ({ format: 'csv' } as const) : {}
  const open = (name: string): OpenListWriter => openListWriter(appending(join(folder, name)), info, { columns: [], ...format })
  const classifier = openClassifier(info, { now: settings.start, engagedColumn: settings.engagedColumn, engagedFrom: settings.engagedFrom })
  const changed = (): ListChangedError =>
    new ListChangedError(`${settings.list} was changed while it was read: plan it again. The files in ${folder} are not whole.`)
  let leftOut: OpenListWriter | undefined
  let rows = 0
  try {
    for await (const part of list.rows()) {
      for (const row of part) {
        if (row.raw.trim() === '' && row.problem === undefined) continue
        rows++
        const placed = classifier.place(row)
        const group = typeof placed === 'string' ? placed : counted.groupOf(placed)
        if (typeof group === 'string' || typeof placed === 'string') {
          leftOut ??= open(`left-out.${endingOf(info.format, settings.list)}`)
          leftOut.write(ownCopy(row), [])
          continue
        }
        const lane: Lane | undefined = lanes.get(`${group} ${placed.tier}`)
        if (lane === undefined) throw changed()
        if (lane.left === 0) {
          const next = lane.numbers[++lane.at]
          if (next === undefined) throw changed()
          lane.writer = open(next.name)
          lane.left = next.recipients
        }
        lane.writer?.write(ownCopy(row), [])
        if (--lane.left === 0) {
          await lane.writer?.end()
          lane.writer = undefined
        }
      }
      await leftOut?.drain()
      progress.show(shareRead(list), `Writing batches: ${rows.toLocaleString('en')} rows`)
    }
    for (const lane of lanes.values()) if (lane.left > 0 || lane.at + 1 < lane.numbers.length) throw changed()
    await leftOut?.end()
  } finally {
    await list.close()
    progress.clear()
  }
}

/**
 * A row that waits in a batch would keep the whole piece of the list alive that its text was cut from: hundreds of slow batches kept
 * the whole list. UTF-16, so that no character is changed on the way.
 */
const ownCopy = (row: ListRow): ListRow => ({ ...row, raw: Buffer.from(row.raw, 'utf16le').toString('utf16le') })

/** A file that is open only while it is written to: thousands of batches are written side by side. */
const appending = (path: string): Writable => {
  if (existsSync(path)) throw new UsageError(`${path} is there already: name an empty folder.`)
  return new Writable({
    highWaterMark: 1 << 20,
    write: (chunk: Buffer, _encoding, done) => {
      appendFile(path, chunk).then(() => done(), done)
    }
  })
}
