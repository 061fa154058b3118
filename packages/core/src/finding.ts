export * from './finding/finding.ts'
export * from './finding/words.ts'
export * from './finding/why.ts'
export { why } from './knowledge/findings.generated.ts'
