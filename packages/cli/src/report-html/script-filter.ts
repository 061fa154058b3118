/** The part of the page's script that filters, counts again what is left and keeps the filter in the address. The last one: it ends early. */
export const filterScript = `  const shades = 8, sparkHeight = 20, openedCards = 3, namedParts = 4
  const names = { q: 'search', provider: 'provider', cause: 'cause', party: 'who must act', sender: 'sender IP', new: 'new only' }
  const set = (root, name, text) => { for (const at of all('[data-live=' + name + ']', root)) at.textContent = text }
  const form = document.getElementById('filter')
  if (form === null) return
  const found = document.getElementById('found')
  const texts = new WeakMap()
  const textOf = (element, make) => {
    if (!texts.has(element)) texts.set(element, make().toLowerCase())
    return texts.get(element)
  }
  const cards = all('.card').map((card) => ({
    card,
    head: () => textOf(card, () => card.querySelector('summary').textContent + ' ' + all('.body > :not(details)', card).map((part) => part.textContent).join(' ')),
    rows: all('tbody.row', card),
    fix: [...card.querySelector('.fix').childNodes],
    example: [...card.querySelector('.example').childNodes]
  }))
  const charts = new Map(all('figure[data-entry]').map((chart) => [chart.dataset.entry, chart]))
  const heat = document.querySelector('table.heat')
  const columns = new Set(all('thead [data-column]', heat).map((head) => head.dataset.column))
  const others = all('#groups table, #refused table, #texts table, #files table')

  const draw = (svg, values) => {
    const most = Math.max(0, ...values.values())
    let path = ''
    for (const [at, value] of values)
      if (value > 0) path += 'M' + (at + 0.5) + ' ' + sparkHeight + 'V' + (sparkHeight * (1 - Math.max(0.06, value / most))).toFixed(1)
    svg.querySelector('path').setAttribute('d', path)
    return most
  }
  const copyOf = (element) => [...element.cloneNode(true).childNodes]
  const soft = (text) => {
    const span = document.createElement('span')
    span.className = 'soft'
    span.textContent = text
    return span
  }
  const nameParts = (place, sums) => {
    const sorted = [...sums].sort((a, b) => b[1] - a[1])
    place.replaceChildren()
    sorted.slice(0, namedParts).forEach(([name, sum], at) => {
      place.append((at === 0 ? '' : ', ') + name)
      if (sorted.length > 1) place.append(' ', soft(figure(sum)))
    })
    if (sorted.length > namedParts) place.append(' ', soft('and ' + figure(sorted.length - namedParts) + ' more'))
  }
  const shareText = (part, whole) => whole === 0 ? '–' : part > 0 && part / whole < 0.001 ? '<0.1 %' : ((100 * part) / whole).toFixed(1) + ' %'

  const applyHeat = (cells) => {
    const most = +heat.dataset.most
    const sums = new Map()
    let whole = 0
    for (const row of heat.tBodies[0].rows) {
      let sum = 0
      for (const cell of all('[data-column]', row)) {
        const value = cells.get(row.dataset.provider + '\\n' + cell.dataset.column) || 0
        cell.textContent = value === 0 ? '' : figure(value)
        cell.className = 'h' + (value === 0 ? 0 : Math.max(1, Math.ceil((shades * Math.log1p(value)) / Math.log1p(most))))
        sums.set(cell.dataset.column, (sums.get(cell.dataset.column) || 0) + value)
        sum += value
      }
      row.lastElementChild.textContent = figure(sum)
      row.hidden = sum === 0
      whole += sum
    }
    for (const cell of all('[data-column]', heat)) cell.hidden = !sums.get(cell.dataset.column)
    for (const cell of all('tfoot [data-column]', heat)) cell.textContent = figure(sums.get(cell.dataset.column) || 0)
    heat.tFoot.rows[0].lastElementChild.textContent = figure(whole)
  }

  const apply = () => {
    const chosen = {}
    for (const [name, value] of new FormData(form)) if (value.trim() !== '') chosen[name] = value.trim()
    const active = Object.keys(chosen)
    const words = (chosen.q || '').toLowerCase().split(/\\s+/)
    const says = (text) => words.every((word) => text.includes(word))
    const cells = new Map()
    const parts = new Map()
    let causes = 0, messages = 0, opening = 0, isAtMost = false
    for (const { card, head, rows, fix, example } of cards) {
      const fits = (!chosen.cause || card.dataset.cause === chosen.cause) && (!chosen.party || card.dataset.party === chosen.party)
      const sums = [0, 0, 0, 0, 0]
      const once = [0, 0, 0, 0]
      const series = new Map()
      const sumsOf = { provider: new Map(), sender: new Map() }
      let left = 0, first
      for (const row of rows) {
        row.hidden = !(fits && (!chosen.provider || row.dataset.provider === chosen.provider) && (!chosen.sender || row.dataset.sender === chosen.sender) &&
          (!chosen.new || row.dataset.new) && (!chosen.q || says(head() + ' ' + textOf(row, () => row.textContent))))
        if (row.hidden) continue
        left++
        first = first || row
        for (const name in sumsOf) sumsOf[name].set(row.dataset[name], (sumsOf[name].get(row.dataset[name]) || 0) + +row.dataset.n.split(' ')[0])
        row.dataset.n.split(' ').forEach((value, at) => { sums[at] += +value })
        row.dataset.once.split(' ').forEach((value, at) => { once[at] += +value })
        for (const pair of row.dataset.s.split(' ')) {
          const [at, value] = pair.split(':')
          if (value) series.set(+at, (series.get(+at) || 0) + +value)
        }
        const column = columns.has(card.dataset.entry) ? card.dataset.entry : 'rest'
        const cell = row.dataset.provider + '\\n' + column
        cells.set(cell, (cells.get(cell) || 0) + +row.dataset.n.split(' ')[0])
      }
      card.hidden = left === 0
      // A message may have met the cause at several of the rows: of all rows, or of one, its count is known; of some, only what it is at most.
      const atMost = left > 1 && left < rows.length && sums[0] !== once[0]
      if (left === rows.length) once.forEach((value, at) => { sums[at] = value })
      isAtMost = isAtMost || atMost
      if (words[0] !== '' && left > 0 && ++opening <= openedCards) {
        card.open = true
        if (!says(head())) card.querySelector('.body > details').open = true
      }
      const counts = { messages: sums[0], lost: sums[1], waiting: sums[2], recovered: sums[3], attempts: sums[4] }
      for (const name in counts) set(card, name, (atMost && name !== 'attempts' ? '≤ ' : '') + figure(counts[name]))
      draw(card.querySelector('.spark.wide'), series)
      for (const name in sumsOf) nameParts(card.querySelector('[data-names=' + name + ']'), sumsOf[name])
      // The words of a row that the filter hides are not those of the others.
      const isTop = first === undefined || first === rows[0]
      const ownFix = isTop ? null : first.querySelector('.own-fix')
      card.querySelector('.fix').replaceChildren(...(ownFix ? copyOf(ownFix) : fix))
      card.querySelector('.body > .example').replaceChildren(...(isTop ? example : copyOf(first.querySelector('.example'))))
      const chart = charts.get(card.dataset.entry)
      if (chart) {
        chart.hidden = left === 0
        const most = draw(chart.querySelector('.spark'), series)
        const [peak] = [...series].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] || [0]
        set(chart, 'attempts', figure(sums[4]))
        set(chart, 'most', figure(most))
        set(chart, 'peak', full.format(+chart.dataset.start + peak * chart.dataset.seconds * 1000))
      }
      const part = card.parentElement
      parts.set(part, (parts.get(part) || 0) + sums[0])
      card.sum = sums[0]
      causes += left > 0
      messages += sums[0]
    }
    for (const { card } of cards) set(card, 'share', shareText(card.sum, parts.get(card.parentElement)))
    applyHeat(cells)
    for (const table of others)
      for (const unit of unitsOf(table))
        unit.hidden = ['provider', 'cause', 'sender'].some((name) => chosen[name] && unit.dataset[name] !== undefined && unit.dataset[name] !== chosen[name]) ||
          (words[0] !== '' && !says(textOf(unit, () => unit.textContent)))
    for (const { fold } of folds) fold()
    for (const section of all('section[data-filter]')) {
      const note = section.querySelector('.unfiltered')
      const reached = section.dataset.filter.split(' ')
      const missed = active.filter((name) => !reached.includes(name)).map((name) => names[name])
      const units = all('.card, figure[data-entry], tbody.row, tbody > tr:not(.row > tr)', section)
      note.textContent = missed.length > 0 ? 'This part does not follow the filter (' + missed.join(', ') + ').'
        : active.length > 0 && units.length > 0 && units.every((unit) => unit.hidden) ? 'Nothing here fits the filter.' : ''
      note.hidden = note.textContent === ''
    }
    const told = active.map((name) => name === 'new' ? 'new only' : names[name] + ' ' + (name === 'party' ? form.elements.party.selectedOptions[0].textContent : chosen[name]))
    found.textContent = active.length === 0 ? '' : 'Filter: ' + told.join(', ') + '. ' + figure(causes) + ' of ' + figure(cards.length) + ' causes, ' + (isAtMost ? 'at most ' : '') + figure(messages) + (messages === 1 ? ' message.' : ' messages.')
    // A hash without = is an anchor into the page and stays.
    try {
      if (active.length > 0) history.replaceState(null, '', '#' + new URLSearchParams(chosen))
      else if (location.hash.includes('=')) history.replaceState(null, '', location.pathname + location.search)
    } catch {
      // A viewer may forbid changing the address: the filter works all the same, and is not kept in it.
    }
  }
  const restore = () => {
    if (!location.hash.includes('=')) return
    const chosen = new URLSearchParams(location.hash.slice(1))
    for (const name of Object.keys(names)) {
      const field = form.elements[name]
      if (field.type === 'checkbox') field.checked = chosen.has(name)
      else field.value = chosen.get(name) || ''
    }
    apply()
  }
  let timer = 0
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(apply, 100) })
  form.addEventListener('reset', () => setTimeout(apply))
  form.addEventListener('submit', (event) => event.preventDefault())
  addEventListener('hashchange', restore)
  restore()
`
