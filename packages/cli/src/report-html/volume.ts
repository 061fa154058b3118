import type { CauseEntry, Counts, Report } from '@whybounce/core/report'
import { complaintLimit, isTooMany } from '../report/complaints.ts'
import { figure, lasting, share } from '../report/figures.ts'
import { endedOf } from '../report/volume-text.ts'
import { counted } from '../terminal.ts'
import { endNames, outcomeWords, withoutTimes } from './outcomes.ts'
import { shown, timeHtml } from './page-text.ts'

/** One bar for all messages, divided by what became of them. A part that is there is never too thin to be seen. */
const barSvg = (counts: Counts): string => {
  const total = endedOf(counts)
  let x = 0
  const parts = endNames
    .filter((name) => counts[name] > 0)
    .map((name) => {
      const width = Math.max(0.3, (100 * counts[name]) / total)
      const part = `<rect class="o-${name}" x="${x.toFixed(2)}%" width="${width.toFixed(2)}%" height="14"><title>${outcomeWords[name].messages} ${figure(counts[name])}</title></rect>`
      x += width
      return part
    })
  return `<svg class="whole" height="14" aria-hidden="true">${parts.join('')}</svg>`
}

const tableHtml = ({ messages, attempts, unsubscribed }: Report): string => {
  const names = endNames.filter(
    (name) => ['delivered', 'deferred', 'bounced', 'expired'].includes(name) || messages[name] + attempts[name] > 0
  )
  const sums = [endedOf(messages), endedOf(attempts)] as const
  const row = (name: keyof Counts): string => {
    const { title, note } = outcomeWords[name]
    return `<tr><th scope="row"><i class="o-${name}"></i>${title}${note === '' ? '' : ` <small>${note}</small>`}</th><td class="strong">${figure(messages[name])}</td><td>${share(messages[name], sums[0])}</td><td>${figure(attempts[name])}</td><td>${share(attempts[name], sums[1])}</td></tr>`
  }
  return `<div class="scroll" tabindex="0" role="region" aria-label="Volume"><table class="volume"><caption>A message is one recipient of one mail, counted once by its end; an attempt is each time that a server said something.</caption>
<thead><tr><td></td><th scope="col">Messages</th><th scope="col">Share</th><th scope="col">Attempts</th><th scope="col">Share</th></tr></thead>
<tbody>${names.map(row).join('')}<tr class="strong"><th scope="row">All</th><td>${figure(sums[0])}</td><td></td><td>${figure(sums[1])}</td><td></td></tr>${messages.complained > 0 ? row('complained') : ''}${unsubscribed > 0 ? `<tr><th scope="row">Unsubscribed</th><td></td><td></td><td>${figure(unsubscribed)}</td><td></td></tr>` : ''}</tbody></table></div>`
}

const complaintsHtml = ({ complained, delivered }: Counts): string => {
  if (complained === 0) return ''
  const said = `${counted(complained, 'message')} ${complained === 1 ? 'was' : 'were'} marked as spam`
  if (delivered === 0) return `${said}.`
  const limit = isTooMany(complained, delivered) ? `: ${complaintLimit}` : ''
  return `<strong>${said}</strong>, ${share(complained, delivered)} of what was delivered${limit}.`
}

/** The one sentence for somebody who reads no further. */
const sentenceHtml = ({ messages }: Report, entries: readonly CauseEntry[]): string => {
  const total = endedOf(messages)
  const complaints = complaintsHtml(messages)
  if (total === 0) return `<p class="lead">${complaints === '' ? 'No message was sent in this time.' : complaints}</p>`
  const lost = messages.bounced + messages.expired
  const said = `Of ${counted(total, 'message')}, <strong>${share(messages.delivered, total)}</strong> ${messages.delivered === 1 ? 'was' : 'were'} delivered, <strong>${figure(lost)}</strong> (${share(lost, total)}) ${lost === 1 ? 'was' : 'were'} lost, and ${figure(messages.deferred)} ${messages.deferred === 1 ? 'is' : 'are'} still waiting.`
  const first = entries.find(({ needs }) => needs === 'fix')
  const worst =
    first === undefined
      ? lost === 0
        ? ' Nothing needs a fix.'
        : ''
      : ` First to fix: <a href="#${first.key}">${shown(first.title)}</a> (${counted(first.messages, 'message')}).`
  return `<p class="lead">${[`${said}${worst}`, ...(complaints === '' ? [] : [complaints])].join('<br>')}</p>`
}

const noticesHtml = (report: Report): string => {
  const { lines, limits, notes, files, outside, undated } = report
  const broken = files.filter(({ problem }) => problem !== null).length
  const notices = [
    ...(lines.unread > 0
      ? [
          `${counted(lines.unread, 'line')} that ${lines.unread === 1 ? 'looks' : 'look'} like delivery ${lines.unread === 1 ? 'was' : 'were'} not understood: the figures lack them. <a href="#lines">Samples</a>`
        ]
      : []),
    ...(broken > 0 ? [`${counted(broken, 'file')} could not be read, or not to the end. <a href="#files">Which</a>`] : []),
    ...(undated > 0 ? [`${counted(undated, 'event')} without a time ${undated === 1 ? 'is' : 'are'} in no chart.`] : []),
    ...(outside > 0 ? [`${counted(outside, 'event')} outside of the period ${outside === 1 ? 'is' : 'are'} left out, as asked.`] : []),
    ...limits.map(shown),
    ...notes.map(shown)
  ]
  return notices.length === 0 ? '' : `<ul class="notices">${notices.map((notice) => `<li>${notice}</li>`).join('')}</ul>`
}

/** The head of the page: which time, how much, how well. */
export const volumeHtml = (report: Report, title: string, entries: readonly CauseEntry[]): string => {
  const { from, to, seconds } = report.period
  const period =
    from === null && to === null
      ? withoutTimes(report)
      : `${timeHtml(from)} to ${timeHtml(to)} <span class="soft">(${lasting(seconds)})</span>`
  return `<header><p class="kicker">why<b>bounce</b> report</p><h1>${shown(title)}</h1>
<p class="period">${period} · <span id="zone" class="soft">Times are UTC.</span></p>
${sentenceHtml(report, entries)}${endedOf(report.messages) === 0 ? '' : barSvg(report.messages)}
${noticesHtml(report)}${tableHtml(report)}</header>`
}
