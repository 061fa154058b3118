export type FixPart = { readonly text: string } | { readonly record: string }

/** A record as fixes write it: `example.com. TXT "v=spf1 mx -all"`, `_25._tcp.mx.example.com. TLSA 3 1 1 0c72…`. */
const written =
  /([^\s":]{1,255}\. (?:TXT "[^"]*"(?: "[^"]*")*|TLSA \d \d \d [0-9a-f]+|PTR [^\s,;]+\.|MX \d{1,5} [^\s,;]+\.|A \d{1,3}(?:\.\d{1,3}){3}|AAAA [0-9a-f:]{2,39}))/

/** Cuts the records to publish out of a fix, so that they stand on lines of their own and can be copied whole. */
export const splitRecords = (fix: string): readonly FixPart[] =>
  fix
    .split(written)
    .map((part, at) => (at % 2 === 1 ? { record: part } : { text: part.trim().replace(/^\.\s*/, '') }))
    .filter((part) => 'record' in part || part.text !== '')
