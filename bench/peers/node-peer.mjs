// `node node-peer.mjs NAME FOLDER SECONDS`: an npm package over the messages of a folder, all of them loaded before the first is timed.
// Plain JavaScript: a native part of a package runs only on the Node that built it, and that may be one that cannot run TypeScript.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [name = '', folder = '.', seconds = '1'] = process.argv.slice(2)
const require = createRequire(import.meta.url)
const isAddress = (value) => typeof value === 'string' && value.includes('@')

/** By package: what its documentation says it takes, and whether it tells a recipient. */
const peers = {
  'bounce-handler':
    ({ BounceHandler }) =>
    (message) =>
      new BounceHandler().parse_email(message).some(({ recipient }) => isAddress(recipient)),
  'email-bounce-parser': (EmailBounceParser) => (text) => isAddress(new EmailBounceParser().read(text).data?.recipient)
}

const reads = peers[name]?.(require(name))
if (reads === undefined) throw new RangeError(`no peer is called ${name}`)
const messages = readdirSync(folder)
  .sort()
  .map((file) => readFileSync(join(folder, file), 'latin1'))

let found = 0
let failed = 0
const rounds = []
const end = performance.now() + Number(seconds) * 1_000
do {
  found = 0
  failed = 0
  const start = performance.now()
  for (const message of messages) {
    try {
      if (reads(message)) found++
    } catch {
      failed++
    }
  }
  rounds.push(performance.now() - start)
} while (performance.now() < end)
console.log(JSON.stringify({ rounds, found, failed, on: `Node ${process.versions.node}` }))
