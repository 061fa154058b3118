export * from './dns/mail-route.ts'
export * from './dns/resolver.ts'
export * from './probe-error.ts'
export * from './smtp/dialogue.ts'
