import { createServer } from 'node:http'
import { formatPrometheus, prometheusType, type Watch } from '@whybounce/core/watch'
import { version } from '../help.ts'
import type { Address } from './options.ts'

export type MetricsServer = {
  /** Where it listens: `http://127.0.0.1:9925/metrics`. */
  readonly url: string
  readonly close: () => void
}

/** A scrape is one short request; whoever sends more or slower is none. */
const maxConnections = 50
const maxRequestTime = 10_000

/**
 * Serves what Prometheus scrapes at /metrics, and `ok` at /healthz; GET and HEAD, anything else is refused. Rejects where the address cannot be had.
 * It tells no address and no text of any mail.
 */
export const openMetricsServer = ({ host, port }: Address, watch: Watch, behind: () => number): Promise<MetricsServer> => {
  const bodies: Readonly<Record<string, () => { readonly type: string; readonly text: string }>> = {
    '/metrics': () => ({
      type: prometheusType,
      text: formatPrometheus(watch.counters.families(), watch.summary(), { lastEvent: watch.lastEvent(), version, behind: behind() })
    }),
    '/healthz': () => ({ type: 'text/plain; charset=utf-8', text: 'ok\n' }),
    '/': () => ({ type: 'text/plain; charset=utf-8', text: 'whybounce watch. Figures for Prometheus: /metrics\n' })
  }
  const server = createServer(
    { requestTimeout: maxRequestTime, headersTimeout: maxRequestTime, keepAliveTimeout: maxRequestTime },
    (request, response) => {
      const path = (request.url ?? '').split('?', 1)[0] ?? ''
      const isKnown = Object.hasOwn(bodies, path)
      const isAllowed = request.method === 'GET' || request.method === 'HEAD'
      if (!isKnown || !isAllowed) {
        response.writeHead(isKnown ? 405 : 404, { 'content-type': 'text/plain; charset=utf-8', ...(isKnown ? { allow: 'GET, HEAD' } : {}) })
        response.end(isKnown ? 'Only GET and HEAD.\n' : 'Not found.\n')
        return
      }
      const { type, text } = bodies[path]?.() ?? { type: 'text/plain', text: '' }
      const bytes = Buffer.from(text)
      response.writeHead(200, {
        'content-type': type,
        'content-length': bytes.length,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff'
      })
      response.end(request.method === 'HEAD' ? undefined : bytes)
    }
  )
  server.maxConnections = maxConnections
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      const actual = typeof address === 'object' && address !== null ? address.port : port
      resolve({
        url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics`,
        close: () => {
          server.close()
          server.closeAllConnections()
        }
      })
    })
  })
}
