import { type DoctorReport, stages } from '@whybounce/probe'
import { findingsHtml } from '../findings/html.ts'
import { seconds, stageTitles } from './show.ts'

/** The report of an examination as one HTML file. */
export const doctorHtml = (report: DoctorReport, name: string, now: Date): string =>
  findingsHtml({
    heading: name,
    note: `examined ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC in ${seconds(report.took)}`,
    sections: stages.map((stage) => ({
      title: stageTitles[stage],
      findings: report.checks.filter((check) => check.stage === stage).flatMap((check) => check.findings)
    }))
  })
