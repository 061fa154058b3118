export * from './finding/finding.ts'
export * from './finding/words.ts'
