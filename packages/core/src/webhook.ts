export * from './webhook/webhook-documents.ts'
export * from './webhook/webhook-formats.ts'
export * from './webhook/webhook-lines.ts'
export * from './webhook/webhook-reader.ts'
