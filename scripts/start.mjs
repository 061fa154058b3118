import { install, run, stay } from './bootstrap.mjs'

// `npm start` on a fresh machine: install, build what is missing or old, serve the page.
install()
const built = run('scripts/build.ts', '--quiet')
if (built !== 0) process.exit(built)
stay('packages/server/dist/main.js')
