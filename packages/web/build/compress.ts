import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const compressible = /\.(?:html|js|css|svg|json|txt)$/
/** Below this a compressed answer is not smaller than its own headers. Bytes. */
const minBytes = 512

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

/** Puts `.br` and `.gz` beside each file, so that a server compresses nothing while somebody waits. */
export const compressFolder = async (folder: string): Promise<void> => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => compressible.test(name))
  await Promise.all(
    files.map(async (name) => {
      const path = join(folder, name)
      const bytes = await readFile(path)
      if (bytes.length < minBytes) return
      const params = {
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_LGWIN]: 24
      }
      await writeFile(`${path}.br`, await toBrotli(bytes, { params }))
      await writeFile(`${path}.gz`, await toGzip(bytes, { level: 9 }))
    })
  )
}
