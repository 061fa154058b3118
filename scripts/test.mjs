import { install, run } from './bootstrap.mjs'

// `npm test` on a fresh machine: everything, in the order in which a failure is cheapest to find.
install()
process.exit(run('scripts/test.ts', ...process.argv.slice(2)))
