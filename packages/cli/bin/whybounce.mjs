#!/usr/bin/env node
// Old syntax on purpose: a Node that is too old must still be able to read this file and say so.
var version = process.versions.node.split('.').map(Number)
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  console.error(`whybounce needs Node 22.19 or newer, this is ${process.versions.node}.`)
  process.exitCode = 2
} else {
  import('node:module')
    .then((module) => {
      if (module.enableCompileCache) module.enableCompileCache()
      return import('../dist/main.js')
    })
    .then((main) => main.run(process.argv.slice(2)))
}
