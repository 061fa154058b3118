import { readMessage } from '../packages/core/dist/index.js'
import { readSources } from '../packages/sources/dist/index.js'

/**
 * `node bench/message-sources.ts PATH [read]`: a Maildir or mbox through readSources, with `read` also through readMessage. A process
 * for each, because a process has only one peak of memory. Prints figures as JSON.
 */
const [path = '.', work] = process.argv.slice(2)
const start = performance.now()
let messages = 0
let bytes = 0
let problems = 0
let events = 0
for await (const batch of readSources([path])) {
  for (const item of batch) {
    if (!('bytes' in item)) {
      problems++
      continue
    }
    messages++
    bytes += item.bytes.length
    if (work === 'read') events += readMessage(item.bytes).events.length
  }
}
const time = performance.now() - start
console.log(JSON.stringify({ messages, bytes, problems, events, time, memory: process.resourceUsage().maxRSS * 1_024 }))
