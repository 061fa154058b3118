import type { Report } from '@whybounce/core/report'

/** A report as one self-contained file. */
export const reportHtml = (_report: Report, _title: string): string => ''
