export type StoreErrorCode =
  | 'key-missing'
  | 'key-permissions'
  | 'key-short'
  | 'key-wrong'
  | 'not-a-store'
  | 'schema-newer'
  | 'busy'
  | 'unwritable'
  | 'addresses-not-kept'

/** A store that cannot be used, and what to do about it. Never about what a list or a message contains. */
export class StoreError extends Error {
  override name = 'StoreError'
  readonly code: StoreErrorCode
  /** The file that it is about. */
  readonly file: string

  constructor(code: StoreErrorCode, file: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.file = file
  }
}
