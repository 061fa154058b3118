import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { start } from './start.ts'

/** `npm start`: the page on 127.0.0.1:2580 (WHYBOUNCE_HOST, WHYBOUNCE_PORT). */
const folder = join(import.meta.dirname, '..', '..', 'web', 'dist')
const host = process.env.WHYBOUNCE_HOST ?? '127.0.0.1'
const given = process.env.WHYBOUNCE_PORT ?? '2580'
const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN

const stopWith = (message: string, code: number): never => {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

if (!(port <= 65_535)) stopWith(`WHYBOUNCE_PORT must be a number from 0 to 65535, not ${JSON.stringify(given)}.`, 2)
if (!existsSync(join(folder, 'index.html')))
  stopWith('The page is not built yet: npm run build builds it, npm start builds and serves it.', 1)

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken, perhaps by another whybounce. Stop that one, or take another port: WHYBOUNCE_PORT=${port + 1} npm start`
  if (code === 'EACCES') return `This user may not open port ${port}. Take one above 1023: WHYBOUNCE_PORT=2580 npm start`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${host}. Correct WHYBOUNCE_HOST, or leave it out.`
  return `The page cannot be served: ${error instanceof Error ? error.message : String(error)}`
}

const running = await start({ folder, host, port }).catch((error: unknown) => stopWith(reasonOf(error), 1))

process.stdout.write(`
whybounce explains failed mail at ${running.url}

In the terminal:
  npm run whybounce -- explain '550 5.1.1 User unknown'
  npm run whybounce -- codes 447
  npm run whybounce -- troubleshoot

Ctrl-C stops it.
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void running.stop().then(() => process.exit(0)))
