import { type DoctorReport, stages } from '@whybounce/probe'
import { findingsHtml } from '../findings/html.ts'
import { seconds, stageTitles } from './show.ts'
import type { WhyConclusion } from './why.ts'

/** The report of an examination as one HTML file. */
export const doctorHtml = (report: DoctorReport, name: string, now: Date, conclusion?: WhyConclusion): string =>
  findingsHtml({
    heading: name,
    ...(conclusion === undefined ? {} : { conclusion: conclusion.says, prefer: conclusion.by }),
    note: `examined ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC in ${seconds(report.took)}`,
    sections: stages.map((stage) => ({
      title: stageTitles[stage],
      findings: report.checks.filter((check) => check.stage === stage).flatMap((check) => check.findings)
    }))
  })
