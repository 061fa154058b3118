import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileFollower } from './follow-file.ts'
import type { Follower } from './notice.ts'

let folder: string
let log: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-follow-'))
  log = join(folder, 'mail.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

let clock = Date.now() / 1_000 - 100_000
/** Files that were rotated differ in their times, which tests do in less than a clock's tick. */
const touch = (path: string): void => {
  clock += 60
  utimesSync(path, clock, clock)
}

/** All that there is at present: the new file is believed at the second look. */
const drain = async (follower: Follower): Promise<{ readonly lines: string[]; readonly codes: string[] }> => {
  const lines: string[] = []
  const codes: string[] = []
  for (let nothing = 0; nothing < 3; ) {
    const batch = await follower.next()
    if (batch === undefined) nothing++
    else {
      nothing = 0
      lines.push(...batch.lines)
      codes.push(...batch.notices.map(({ code }) => code))
    }
  }
  return { lines, codes }
}

test('it begins behind what is there, with the line that is being written', async () => {
  writeFileSync(log, 'one\ntwo\nthr')
  const follower = await openFileFollower(log)
  expect(await drain(follower)).toEqual({ lines: [], codes: [] })
  appendFileSync(log, 'ee\nfour\nfi')
  expect(await drain(follower)).toEqual({ lines: ['three', 'four'], codes: [] })
  await follower.close()
})

test('a file that does not exist yet is waited for, and read from its front', async () => {
  const follower = await openFileFollower(log)
  expect(await drain(follower)).toEqual({ lines: [], codes: ['missing'] })
  writeFileSync(log, 'one\n')
  expect(await drain(follower)).toEqual({ lines: ['one'], codes: ['back'] })
  await follower.close()
})

test('renamed and created anew: the old file to its end, also what is written to it late, then the new one', async () => {
  writeFileSync(log, 'one\n')
  const follower = await openFileFollower(log, { fromStart: true })
  expect((await drain(follower)).lines).toEqual(['one'])
  appendFileSync(log, 'two\n')
  renameSync(log, `${log}.1`)
  expect((await drain(follower)).lines).toEqual(['two'])
  writeFileSync(log, '')
  appendFileSync(`${log}.1`, 'three\n')
  expect((await drain(follower)).lines).toEqual(['three'])
  appendFileSync(`${log}.1`, 'four\nunended')
  appendFileSync(log, 'five\n')
  expect(await drain(follower)).toEqual({ lines: ['four', 'unended', 'five'], codes: ['rotated'] })
  await follower.close()
})

test('a file that vanishes and returns is read on from the front of the new one', async () => {
  writeFileSync(log, 'one\n')
  const follower = await openFileFollower(log, { fromStart: true })
  await drain(follower)
  unlinkSync(log)
  expect(await drain(follower)).toEqual({ lines: [], codes: ['vanished'] })
  writeFileSync(log, 'two\n')
  expect((await drain(follower)).lines).toEqual(['two'])
  await follower.close()
})

test('copied and emptied: what was not read yet is read from the copy', async () => {
  writeFileSync(log, 'one is long enough\n')
  const follower = await openFileFollower(log, { fromStart: true })
  await drain(follower)
  appendFileSync(log, 'two\nthree\n')
  copyFileSync(log, `${log}.1`)
  truncateSync(log)
  appendFileSync(log, 'four\n')
  expect(await drain(follower)).toEqual({ lines: ['two', 'three', 'four'], codes: ['emptied-recovered'] })
  await follower.close()
})

test('emptied without a copy: from the front, and it is told that something may be missing', async () => {
  writeFileSync(log, 'one is long enough\n')
  const follower = await openFileFollower(log, { fromStart: true })
  await drain(follower)
  truncateSync(log)
  appendFileSync(log, 'two\n')
  expect(await drain(follower)).toEqual({ lines: ['two'], codes: ['emptied'] })
  truncateSync(log)
  appendFileSync(log, 'three, which is longer than what was there before\n')
  expect(await drain(follower)).toEqual({ lines: ['three, which is longer than what was there before'], codes: ['emptied'] })
  await follower.close()
})

const write = (count: number, from: number): string => Array.from({ length: count }, (_, at) => `line ${from + at}\n`).join('')

test('a restart goes on where it was: in the same file, in a rotated one, packed or copied, and those after it', async () => {
  for (const [what, rotate, codes] of [
    ['nothing happened', () => undefined, []],
    [
      'rotated once',
      () => {
        renameSync(log, `${log}.1`)
        touch(`${log}.1`)
        writeFileSync(log, write(3, 6))
      },
      ['resumed-beside']
    ],
    [
      'rotated twice',
      () => {
        renameSync(log, `${log}.2`)
        touch(`${log}.2`)
        writeFileSync(`${log}.1`, write(3, 6))
        touch(`${log}.1`)
        writeFileSync(log, write(3, 9))
      },
      ['resumed-beside', 'between']
    ],
    [
      'rotated by date and packed',
      () => {
        writeFileSync(`${log}-20261101.gz`, gzipSync(readFileSync(log)))
        touch(`${log}-20261101.gz`)
        unlinkSync(log)
        writeFileSync(`${log}-20261102.zst`, zstdCompressSync(Buffer.from(write(3, 6))))
        touch(`${log}-20261102.zst`)
        writeFileSync(log, write(3, 9))
      },
      ['resumed-beside', 'between']
    ],
    [
      'copied and emptied',
      () => {
        copyFileSync(log, `${log}.1`)
        truncateSync(log)
        appendFileSync(log, write(3, 6))
      },
      ['resumed-beside']
    ]
  ] as const) {
    rmSync(folder, { recursive: true, force: true })
    folder = mkdtempSync(join(tmpdir(), 'whybounce-follow-'))
    log = join(folder, 'mail.log')
    writeFileSync(log, write(3, 0))
    const first = await openFileFollower(log, { fromStart: true })
    const before = (await drain(first)).lines
    const position: unknown = JSON.parse(JSON.stringify(first.position()))
    await first.close()
    appendFileSync(log, write(3, 3))
    rotate()
    const second = await openFileFollower(log, { position })
    const after = await drain(second)
    const all = [...before, ...after.lines]
    expect([what, all]).toEqual([what, Array.from({ length: all.length }, (_, at) => `line ${at}`)])
    expect([what, after.codes.filter((code) => code !== 'rotated')]).toEqual([what, codes])
    // And the place behind it is one to come back to.
    const third = await openFileFollower(log, { position: second.position() })
    expect(await drain(third)).toEqual({ lines: [], codes: [] })
    await second.close()
    await third.close()
  }
})

test('a checkpoint in the middle of a rotated, packed file is gone on with', async () => {
  const text = Array.from({ length: 60_000 }, (_, at) => `line ${at} of a file that takes more than one piece to read\n`).join('')
  writeFileSync(log, text)
  const first = await openFileFollower(log, { fromStart: true })
  const got = [...((await first.next())?.lines ?? [])]
  const position = first.position()
  await first.close()
  writeFileSync(`${log}.1.gz`, gzipSync(text))
  unlinkSync(log)
  const second = await openFileFollower(log, { position })
  got.push(...((await second.next())?.lines ?? []))
  const third = await openFileFollower(log, { position: second.position() })
  got.push(...(await drain(third)).lines)
  expect(got.length).toBe(60_000)
  expect(`${got.join('\n')}\n`).toBe(text)
  await second.close()
  await third.close()
})

test('a file that may not be read at first keeps its place', async () => {
  // The superuser may read everything: a folder in its place cannot be read by anybody.
  writeFileSync(log, 'one\n')
  const first = await openFileFollower(log, { fromStart: true })
  await drain(first)
  const position = first.position()
  await first.close()
  renameSync(log, join(folder, 'away'))
  mkdirSync(log)
  const second = await openFileFollower(log, { position })
  expect((await drain(second)).lines).toEqual([])
  rmdirSync(log)
  renameSync(join(folder, 'away'), log)
  appendFileSync(log, 'two\n')
  expect((await drain(second)).lines).toEqual(['two'])
  await second.close()
})

test('an inode that is used again for another log is not taken for the old one', async () => {
  writeFileSync(log, 'old one\nold two\n')
  const first = await openFileFollower(log, { fromStart: true })
  await drain(first)
  const position = { ...first.position(), inode: 0 }
  await first.close()
  writeFileSync(log, 'new one\nnew two\nnew three\n')
  const second = await openFileFollower(log, { position: { ...position, inode: statSync(log).ino } })
  expect(await drain(second)).toEqual({ lines: ['new one', 'new two', 'new three'], codes: ['place-lost'] })
  await second.close()
})

test('a position that is none is no position', async () => {
  writeFileSync(log, 'one\n')
  for (const position of [
    null,
    'x',
    7,
    [],
    {},
    { inode: -1 },
    { inode: 1, offset: 5, headLength: 9_999, head: '', tailLength: 0, tail: '' }
  ]) {
    const follower = await openFileFollower(log, { position, fromStart: true })
    expect((await drain(follower)).lines).toEqual(['one'])
    await follower.close()
  }
})

test('lines before the beginning can be read back, also from the file before', async () => {
  writeFileSync(`${log}.1`, write(100, 0))
  writeFileSync(log, write(100, 100))
  const follower = await openFileFollower(log)
  const back = async (bytes: number): Promise<string[]> => {
    const lines: string[] = []
    for await (const batch of follower.before(bytes)) lines.push(...batch)
    return lines
  }
  expect(await back(1_000_000)).toEqual(Array.from({ length: 200 }, (_, at) => `line ${at}`))
  expect(await back(95)).toEqual(Array.from({ length: 10 }, (_, at) => `line ${190 + at}`))
  expect(await drain(follower)).toEqual({ lines: [], codes: [] })
  await follower.close()
})

test('nothing is lost and nothing comes twice, however it is written, rotated, restarted and read', async () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ write: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 1, arbitrary: fc.constant('half' as const) },
    { weight: 3, arbitrary: fc.constant('read' as const) },
    { weight: 2, arbitrary: fc.constant('rotate' as const) },
    { weight: 1, arbitrary: fc.constant('copy' as const) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
    { weight: 1, arbitrary: fc.constant('pack' as const) }
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      rmSync(folder, { recursive: true, force: true })
      folder = mkdtempSync(join(tmpdir(), 'whybounce-follow-'))
      log = join(folder, 'mail.log')
      let written = 0
      let isHalf = false
      let rotated = 0
      const put = (text: string): void => {
        appendFileSync(log, text)
        touch(log)
      }
      const endHalf = (): void => {
        if (isHalf) put('\n')
        isHalf = false
      }
      put(`line ${written++}\n`)
      let follower = await openFileFollower(log, { fromStart: true })
      const got: string[] = []
      for (const each of steps) {
        if (each === 'read') got.push(...(await drain(follower)).lines)
        else if (each === 'half') {
          endHalf()
          put(`line ${written++}`)
          isHalf = true
        } else if (each === 'rotate') {
          endHalf()
          renameSync(log, `${log}-2026${String(++rotated).padStart(4, '0')}`)
          put(`line ${written++}\n`)
        } else if (each === 'copy') {
          endHalf()
          const copy = `${log}-2026${String(++rotated).padStart(4, '0')}`
          copyFileSync(log, copy)
          touch(copy)
          truncateSync(log)
          put(`line ${written++}\n`)
        } else if (each === 'pack') {
          const last = `${log}-2026${String(rotated).padStart(4, '0')}`
          if (rotated > 0 && statSync(last, { throwIfNoEntry: false }) !== undefined) {
            const { mtimeMs } = statSync(last)
            writeFileSync(`${last}.gz`, gzipSync(readFileSync(last)))
            utimesSync(`${last}.gz`, mtimeMs / 1_000, mtimeMs / 1_000)
            unlinkSync(last)
          }
        } else if (each === 'restart') {
          const position: unknown = JSON.parse(JSON.stringify(follower.position()))
          await follower.close()
          follower = await openFileFollower(log, { position })
        } else {
          endHalf()
          for (let count = 0; count < each.write; count++) put(`line ${written++}\n`)
        }
      }
      endHalf()
      got.push(...(await drain(follower)).lines)
      await follower.close()
      expect(got).toEqual(Array.from({ length: written }, (_, at) => `line ${at}`))
    }),
    { numRuns: 150 }
  )
})

test('two restarts in a packed file before anything was read of it', async () => {
  writeFileSync(log, 'one\n')
  const first = await openFileFollower(log, { fromStart: true })
  renameSync(log, `${log}-20260001`)
  writeFileSync(log, 'two\n')
  writeFileSync(`${log}-20260001.gz`, gzipSync(readFileSync(`${log}-20260001`)))
  unlinkSync(`${log}-20260001`)
  let position: unknown = JSON.parse(JSON.stringify(first.position()))
  await first.close()
  for (let times = 0; times < 2; times++) {
    const again = await openFileFollower(log, { position })
    position = JSON.parse(JSON.stringify(again.position()))
    await again.close()
  }
  const last = await openFileFollower(log, { position })
  expect((await drain(last)).lines).toEqual(['one', 'two'])
  await last.close()
})

test('rotated files with numbers are read in the order of these, also where one was packed later than the next was written', async () => {
  writeFileSync(log, 'one\n')
  const first = await openFileFollower(log, { fromStart: true })
  await drain(first)
  const position: unknown = JSON.parse(JSON.stringify(first.position()))
  await first.close()
  appendFileSync(log, 'two\n')
  writeFileSync(`${log}.2.gz`, gzipSync(readFileSync(log)))
  unlinkSync(log)
  writeFileSync(`${log}.1`, 'three\n')
  touch(`${log}.1`)
  touch(`${log}.2.gz`)
  writeFileSync(log, 'four\n')
  const second = await openFileFollower(log, { position })
  expect(await drain(second)).toEqual({ lines: ['two', 'three', 'four'], codes: ['resumed-beside', 'between'] })
  await second.close()
})
