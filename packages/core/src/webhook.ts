export * from './webhook/webhook-formats.ts'
export * from './webhook/webhook-reader.ts'
