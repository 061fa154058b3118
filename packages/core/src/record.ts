export { type BimiRecord, bimiText, isBimi, parseBimi } from './record/bimi.ts'
export { type DkimKey, dkimText, isDkimKey, parseDkimKey } from './record/dkim.ts'
export { countsAsDmarc, type DmarcPolicy, type DmarcRecord, dmarcText, isDmarcRecord, isMeantAtDmarc, parseDmarc } from './record/dmarc.ts'
export {
  isMtaStsRecord,
  type MtaStsMode,
  type MtaStsPolicy,
  type MtaStsRecord,
  matchesMtaStsPattern,
  parseMtaStsPolicy,
  parseMtaStsRecord
} from './record/mta-sts.ts'
export type { RecordProblem } from './record/problem.ts'
export { problemLines } from './record/problem.ts'
export type { ReportUri } from './record/report-uri.ts'
export { allowsNobody, isSpf, parseSpf, type SpfMechanism, type SpfQualifier, type SpfRecord, type SpfTerm } from './record/spf.ts'
export { isSpfFault, lintSpf, type SpfProblem, type SpfProblemCode } from './record/spf-lint.ts'
export { clientIp, formatNetwork, type IpNumber, inNetwork, type Network, parseIp } from './record/spf-network.ts'
export { repairSpfVersion } from './record/spf-repair.ts'
export { addToSpf, mendSpf, mergeSpf, quoteSpf, splitSpf, writeSpf } from './record/spf-write.ts'
export { isTlsRpt, parseTlsRpt, type TlsRptRecord, tlsRptText } from './record/tls-rpt.ts'
