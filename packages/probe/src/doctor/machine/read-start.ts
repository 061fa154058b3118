import { open } from 'node:fs/promises'

/** Bytes of a settings file that are read; none of those asked for has a tenth of it. */
const maxBytes = 65_536

/** The beginning of a file as text; empty where there is none, or where it is not for us to read. */
export const readStart = async (path: string): Promise<string> => {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return ''
  }
}
