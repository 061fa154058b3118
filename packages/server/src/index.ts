export { buildApp } from './app.ts'
export { type FileTable, readFiles } from './files.ts'
export { type Running, start } from './start.ts'
