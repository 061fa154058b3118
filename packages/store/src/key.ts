import { hkdfSync, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { StoreError } from './store-error.ts'

/**
 * The secret of a store: a line of text, from WHYBOUNCE_KEY or from the file beside the store. Three keys are derived from it
 * (HKDF-SHA-256, RFC 5869), each for one purpose, so that none of them tells anything about another.
 */
export type StoreKeys = {
  /** HMAC key of the mailbox hashes, 32 bytes. */
  readonly hash: Buffer
  /** AES-256-GCM key of kept addresses, 32 bytes. */
  readonly seal: Buffer
  /** Stored in the store, so that a wrong key is noticed; 16 bytes that tell nothing of the other two. */
  readonly check: Buffer
}

/** 32 random bytes are 43 letters of base64url; a shorter secret could be a word that somebody guesses. */
const minKeyLength = 32

const derive = (secret: string, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'whybounce suppressions', purpose, bytes))

const keysOf = (secret: string, file: string): StoreKeys => {
  const text = secret.trim()
  if (text.length < minKeyLength)
    throw new StoreError(
      'key-short',
      file,
      `The key in ${file} has ${text.length} characters; it needs ${minKeyLength} random ones. To make one: openssl rand -base64 32`
    )
  return { hash: derive(text, 'mailbox hash', 32), seal: derive(text, 'address seal', 32), check: derive(text, 'key check', 16) }
}

/** Windows has no such bits: access there is by ACL, which the home folder sets. */
const hasModes = process.platform !== 'win32'

const readKeyFile = (file: string): string => {
  if (hasModes && (statSync(file).mode & 0o077) !== 0)
    throw new StoreError(
      'key-permissions',
      file,
      `Others on this machine can read the key ${file}: whoever has it can test addresses against the store. Close it: chmod 600 '${file}'`
    )
  return readFileSync(file, 'utf8')
}

/** Whole or not at all: two processes that start together end up with one key, and a crash leaves no half of one. */
const makeKeyFile = (file: string): void => {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    writeSync(handle, `${randomBytes(32).toString('base64url')}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!existsSync(file)) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** The keys of a store. A key is made only for a store that has none yet (`isNew`): for an older one it would match nothing. */
export const readKeys = (store: string, isNew: boolean, given: string | undefined): StoreKeys => {
  if (given !== undefined && given !== '') return keysOf(given, 'WHYBOUNCE_KEY')
  const file = `${store}.key`
  if (!existsSync(file)) {
    if (!isNew)
      throw new StoreError(
        'key-missing',
        file,
        `The key of this store is missing: ${file}. Without it no address can be looked up. Put it back from a backup, or set WHYBOUNCE_KEY.`
      )
    makeKeyFile(file)
  }
  return keysOf(readKeyFile(file), file)
}
