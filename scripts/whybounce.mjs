import { install, run } from './bootstrap.mjs'

// `npm run whybounce -- explain '…'`: the command line out of the repository, installed and built where needed.
install()
const built = run('scripts/build.ts', '--quiet', '--without-page')
process.exit(built === 0 ? run('packages/cli/bin/whybounce.mjs', ...process.argv.slice(2)) : built)
