import { expect, test } from 'vitest'
import { openFile, sizeText } from './open-file.ts'

const text = 'Subject: Zustellung fehlgeschlagen für Jürgen'

test.each([
  ['UTF-8', new TextEncoder().encode(text)],
  ['ISO-8859-1', Uint8Array.from(text, (letter) => letter.charCodeAt(0))]
])('%s is shown as it is meant, and given on byte by byte', async (_, bytes) => {
  const opened = await openFile(new File([bytes], 'bounce.eml'))
  expect(opened).toMatchObject({ name: 'bounce.eml', begin: text, whole: true })
  expect('bytes' in opened && new Uint8Array(opened.bytes)).toEqual(bytes)
})

test('of a long file the beginning is shown', async () => {
  const opened = await openFile(new File(['x'.repeat(10_000)], 'long.eml'))
  expect(opened).toMatchObject({ size: '10 kB', begin: `${'x'.repeat(4_000)} …`, whole: false })
})

test.each([
  ['a.msg', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], 'a.msg is an Outlook message (.msg)'],
  ['a.eml.gz', [0x1f, 0x8b, 8], 'whybounce events FILE'],
  ['a.png', [0x89, 0x50, 0x4e, 0x47, 13, 10], 'is a picture'],
  ['empty.eml', [], 'empty.eml is empty.'],
  ['\u202egpj.eml', [], '⟨202E⟩gpj.eml is empty.']
])('%j is not read, and a sentence says so', async (name, bytes, says) => {
  expect(await openFile(new File([Uint8Array.from(bytes)], name))).toEqual({ problem: expect.stringContaining(says) })
})

test('a file above 64 MB is not even looked at', async () => {
  const file = new File([], 'archive.mbox')
  Object.defineProperty(file, 'size', { value: 64 * 1024 * 1024 + 1 })
  expect(await openFile(file)).toEqual({ problem: expect.stringContaining('archive.mbox is larger than 64 MB') })
})

test('what cannot be read is no error of the page', async () => {
  const file = new File(['x'], 'folder')
  file.arrayBuffer = () => Promise.reject(new DOMException('no', 'NotReadableError'))
  expect(await openFile(file)).toEqual({ problem: expect.stringContaining('folder could not be read') })
})

test.each([
  [12, '12 bytes'],
  [12_345, '12 kB'],
  [41_234_567, '41.2 MB']
])('%i is %s', (bytes, size) => {
  expect(sizeText(bytes)).toBe(size)
})
