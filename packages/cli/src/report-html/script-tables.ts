/** The part of the page's script that folds long tables and sorts them, and opens everything for printing. */
export const tablesScript = `  const firstRows = 25, paperRows = 225
  const unitsOf = (table) => {
    const rows = all('tbody.row', table)
    return rows.length > 0 ? rows : all('tbody > tr', table)
  }
  const folds = all('table.fold').map((table) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'unfold'
    const note = document.createElement('p')
    note.className = 'paper'
    table.parentElement.after(button, note)
    let open = false
    const fold = () => {
      let shown = 0
      for (const unit of unitsOf(table)) unit.classList.toggle('rest', !unit.hidden && ++shown > firstRows && !open)
      button.hidden = shown <= firstRows
      button.textContent = open ? 'Show the first ' + firstRows + ' rows only' : 'Show all ' + figure(shown) + ' rows'
      button.setAttribute('aria-expanded', open)
      table.classList.toggle('long', shown > paperRows && !open)
      note.textContent = shown > paperRows && !open ? figure(shown - firstRows) + ' more rows are in the file and not on paper: show all rows before printing.' : ''
    }
    button.addEventListener('click', () => { open = !open; fold() })
    fold()
    table.classList.add('ready')
    return { table, fold }
  })

  const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
  const valueOf = (unit, column) => {
    const cell = (unit.rows ? unit.rows[0] : unit).cells[column]
    const time = cell.querySelector('time')
    if (time) return Date.parse(time.dateTime)
    const text = cell.textContent.trim()
    if (text === '' || text === '–') return -1
    return /^[<>]?\\d[\\d,]*(\\.\\d+)?( %)?$/.test(text) ? parseFloat(text.replace(/[<>,]/g, '')) - (text[0] === '<' ? 0.05 : 0) : text
  }
  const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : order.compare(String(a), String(b))
  for (const table of all('table.sort')) {
    const heads = all('thead tr:last-child > th:not(.plain)', table)
    for (const head of heads) {
      const button = document.createElement('button')
      button.type = 'button'
      button.append(...head.childNodes)
      head.append(button)
      button.addEventListener('click', () => {
        const column = head.cellIndex
        const valued = unitsOf(table).map((unit) => ({ unit, value: valueOf(unit, column) }))
        const before = head.getAttribute('aria-sort')
        const up = before === null ? !valued.some(({ value }) => typeof value === 'number' && value !== -1) : before === 'descending'
        for (const other of heads) other.removeAttribute('aria-sort')
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending')
        valued.sort((a, b) => (up ? 1 : -1) * compare(a.value, b.value))
        const parent = valued.length > 0 ? valued[0].unit.parentElement : table
        const foot = parent === table ? table.tFoot : null
        for (const { unit } of valued) parent.insertBefore(unit, foot)
        for (const { table: folded, fold } of folds) if (folded === table) fold()
      })
    }
  }

  let opened = []
  addEventListener('beforeprint', () => {
    opened = all('details:not(.paperless):not([open])')
    for (const details of opened) details.open = true
  })
  addEventListener('afterprint', () => { for (const details of opened) details.open = false })
`
