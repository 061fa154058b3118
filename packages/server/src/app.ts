import { type Context, Hono } from 'hono'
import type { Encoding, FileTable, ServedFile } from './files.ts'

/** The same policy as in the pages themselves, with `frame-ancestors`, which only a header can carry. */
const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin'
}

/** The best encoding that the client takes and the file has; `q=0` is a refusal (RFC 9110 §12.5.3). */
const encodingFor = (accepted: string, file: ServedFile): Encoding | undefined => {
  const takes = (name: string): boolean =>
    accepted.split(',').some((part) => {
      const [coding = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase())
      return coding === name && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
    })
  return (['br', 'gzip'] as const).find((name) => file.encoded[name] !== undefined && takes(name))
}

const matches = (condition: string | undefined, etag: string): boolean =>
  condition?.split(',').some((part) => part.trim().replace(/^W\//, '') === `"${etag}"`) ?? false

const send = (context: Context, file: ServedFile, status: 200 | 404): Response => {
  const encoding = encodingFor(context.req.header('accept-encoding') ?? '', file)
  const etag = encoding === undefined ? file.etag : `${file.etag}-${encoding}`
  const headers: Record<string, string> = {
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: `"${etag}"`,
    Vary: 'Accept-Encoding'
  }
  if (status === 200 && matches(context.req.header('if-none-match'), etag)) return context.body(null, 304, headers)
  const body = encoding === undefined ? file.body : (file.encoded[encoding] ?? file.body)
  headers['Content-Type'] = file.type
  headers['Content-Length'] = String(body.length)
  if (encoding !== undefined) headers['Content-Encoding'] = encoding
  return context.req.method === 'HEAD' ? context.body(null, status, headers) : context.body(body, status, headers)
}

/** The path as it is looked up; undefined where it is no valid address. */
const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** Serves a table of files, nothing else: GET and HEAD, with the headers that keep a page safe. */
export const buildApp = (files: FileTable): Hono => {
  const app = new Hono()
  app.use(async (context, next) => {
    await next()
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value)
  })
  app.all('*', (context) => {
    if (context.req.method !== 'GET' && context.req.method !== 'HEAD')
      return context.text('Only GET and HEAD are answered here.\n', 405, { Allow: 'GET, HEAD' })
    const path = decoded(new URL(context.req.url).pathname)
    const file = path === undefined ? undefined : files.get(path)
    if (file !== undefined) return send(context, file, 200)
    // Codes are typed in capitals, and without the last slash.
    const folder = path === undefined ? '' : `${path.toLowerCase().replace(/\/$/, '')}/`
    if (files.has(folder) && folder !== path) return context.redirect(encodeURI(folder), 301)
    const missing = files.get('/404.html')
    return missing === undefined ? context.text('There is no such page.\n', 404) : send(context, missing, 404)
  })
  return app
}
