export * from './address/check-address.ts'
export * from './address/mailbox.ts'
export * from './address/suggest.ts'
