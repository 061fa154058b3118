/** The part of the page's script that puts times and time axes into the reader's time zone. */
export const timesScript = `  const clock = format({ hour: '2-digit', minute: '2-digit' })
  const day = format({ day: 'numeric', month: 'short' })
  const month = format({ month: 'short', year: 'numeric' })
  const full = format({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' })
  for (const time of all('time')) time.textContent = full.format(new Date(time.dateTime))
  for (const title of all('title[data-t]')) title.textContent = full.format(+title.dataset.t) + title.dataset.rest
  const zone = document.getElementById('zone')
  zone.textContent = 'Times are in your time zone, ' + Intl.DateTimeFormat().resolvedOptions().timeZone + '.'

  const east = (time) => -60000 * new Date(time).getTimezoneOffset()
  for (const axis of all('.axis')) {
    const from = +axis.dataset.from, to = +axis.dataset.to, every = 1000 * axis.dataset.every
    axis.replaceChildren()
    for (let local = Math.ceil((from + east(from)) / every) * every; ; local += every) {
      const at = local - east(local - east(from))
      if (at > to) break
      if (at < from) continue
      const text = document.createElementNS('http://www.w3.org/2000/svg', 'text')
      text.setAttribute('x', (100 * (at - from)) / (to - from) + '%')
      text.setAttribute('y', axis.dataset.y)
      const clockText = clock.format(at)
      text.textContent = every >= 31536e6 ? month.format(at) : every >= 864e5 || clockText === '00:00' ? day.format(at) : clockText
      axis.append(text)
    }
  }

`
