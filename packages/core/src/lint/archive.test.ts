import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gzipNamed, tarOf, zipOf } from '../../../../tests/lint/archives.ts'
import { readGzip, readTar, readZip } from './archive.ts'
import { kindOf } from './file-kind.ts'

test('the names in a zip are those of its table, and which are encrypted', () => {
  const zip = zipOf([{ name: 'a/run.exe' }, { name: 'secret.txt', encrypted: true }])
  expect(kindOf(zip)?.id).toBe('zip')
  expect(readZip(zip)).toEqual({
    entries: [
      { name: 'a/run.exe', encrypted: false },
      { name: 'secret.txt', encrypted: true }
    ]
  })
})

test('a zip behind a program is read all the same', () => {
  const front = new Uint8Array(1_000).fill(7)
  expect(readZip(Uint8Array.from([...front, ...zipOf([{ name: 'x.js' }])]))?.entries.map(({ name }) => name)).toEqual(['x.js'])
})

test.each([
  ['cut in the middle', (zip: Uint8Array) => zip.subarray(0, zip.length - 30)],
  ['without a table', (zip: Uint8Array) => zip.subarray(0, 40)],
  ['with more files told than listed', (zip: Uint8Array) => Uint8Array.from(zip, (byte, at) => (at === zip.length - 12 ? 9 : byte))]
])('a zip %s is broken', (_, spoil) => {
  expect(readZip(spoil(zipOf([{ name: 'a.txt' }])))?.broken).toBe(true)
})

test('a tar tells its names, long ones too', () => {
  const long = `${'d/'.repeat(90)}run.exe`
  const tar = tarOf([{ name: 'readme.txt', body: 'x'.repeat(700) }, { name: long }])
  expect(kindOf(tar)?.id).toBe('tar')
  expect(readTar(tar).entries.map(({ name }) => name)).toEqual(['readme.txt', long])
  expect(readTar(tar.subarray(0, 600)).broken).toBe(true)
})

test('a gzip file tells the name of what it holds, where it does', () => {
  expect(readGzip(gzipNamed('run.exe')).entries).toEqual([{ name: 'run.exe', encrypted: false }])
  expect(readGzip(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0)).entries).toEqual([])
})

test('no bytes make a reader of archives throw, or give more names than it may', () => {
  const zip = zipOf(Array.from({ length: 20 }, (_, index) => ({ name: `file-${index}.txt` })))
  const tar = tarOf([{ name: 'a' }, { name: 'b', body: 'b' }])
  fc.assert(
    fc.property(
      fc.constantFrom(zip, tar, gzipNamed('x')),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
      (good, changes) => {
        const bytes = good.slice()
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        for (const read of [readZip, readTar, readGzip]) expect(read(bytes)?.entries.length ?? 0).toBeLessThanOrEqual(10_000)
        kindOf(bytes)
      }
    )
  )
})
