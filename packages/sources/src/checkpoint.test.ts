import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CheckpointError, openCheckpoint } from './checkpoint.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('what was saved is there after a restart, and what was not is not', () => {
  const path = join(folder, 'deep/state.json')
  const first = openCheckpoint(path)
  first.set('imap://mail.example.com/INBOX', { uidValidity: '7', lastUid: 12 })
  first.set('__proto__', 1)
  first.set('gone', true)
  first.set('gone', undefined)
  first.save()
  first.set('late', 1)
  const second = openCheckpoint(path)
  expect(second.get('imap://mail.example.com/INBOX')).toEqual({ uidValidity: '7', lastUid: 12 })
  expect([second.get('__proto__'), second.get('gone'), second.get('late'), second.get('toString')]).toEqual([
    1,
    undefined,
    undefined,
    undefined
  ])
})

test('saving leaves one file, for its owner alone, and nothing where nothing was set', () => {
  const path = join(folder, 'state.json')
  openCheckpoint(path).save()
  expect(readdirSync(folder)).toEqual([])
  const checkpoint = openCheckpoint(path)
  checkpoint.set('a', 1)
  checkpoint.save()
  checkpoint.set('a', 2)
  checkpoint.save()
  expect(readdirSync(folder)).toEqual(['state.json'])
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
})

test.each(['', '{', '[]', '{"version":2,"sources":{}}', '{"version":1,"sources":[]}', 'null'])(
  'a file of %j is not begun over in silence',
  (text) => {
    const path = join(folder, 'state.json')
    writeFileSync(path, text)
    expect(() => openCheckpoint(path)).toThrow(CheckpointError)
  }
)

test('a folder in its place is told', () => {
  expect(() => openCheckpoint(folder)).toThrow(CheckpointError)
})
