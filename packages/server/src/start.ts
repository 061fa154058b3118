import { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { buildApp } from './app.ts'
import { readFiles } from './files.ts'

export type Running = { readonly url: string; readonly stop: () => Promise<void> }

export type StartOptions = {
  /** The folder of the built page. */
  readonly folder: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

/** Serves a built page. Rejects with the error of `listen`, such as EADDRINUSE. */
export const start = async ({ folder, host, port }: StartOptions): Promise<Running> => {
  const server = createAdaptorServer({ fetch: buildApp(readFiles(folder)).fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const place = server.address()
  if (place === null || typeof place === 'string') throw new TypeError('a server that listens on a port has an address')
  const { address, family, port: taken } = place
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Browsers keep connections open for the next request: waiting for them would take minutes.
        if (server instanceof Server) server.closeAllConnections()
      })
  }
}
