/**
 * Makes the filter form of a list work: hides what does not fit, says how much is left, and keeps the choice behind
 * the # of the address, so that it can be bookmarked.
 */
const fits = (item: HTMLElement, chosen: readonly (readonly [string, string])[]): boolean =>
  chosen.every(([name, value]) => {
    if (name === 'q') {
      const text = `${item.textContent} ${item.dataset.words ?? ''}`.toLowerCase()
      return value
        .toLowerCase()
        .split(/\s+/)
        .every((word) => text.includes(word))
    }
    return (item.dataset[name] ?? '').split('|').includes(value)
  })

const chosenIn = (form: HTMLFormElement): [string, string][] =>
  [...new FormData(form)].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : []
  )

const apply = (form: HTMLFormElement, list: Element): void => {
  const chosen = chosenIn(form)
  let shown = 0
  for (const section of list.querySelectorAll<HTMLElement>(':scope > section')) {
    const items = section.querySelectorAll<HTMLElement>(':scope > ul > li, :scope > section')
    let left = 0
    for (const item of items) {
      item.hidden = !fits(item, chosen)
      if (!item.hidden) left++
    }
    section.hidden = left === 0
    shown += left
  }
  const found = form.querySelector('.found')
  if (found !== null) found.textContent = chosen.length === 0 ? '' : shown === 1 ? '1 fits' : `${shown} fit`
  // A hash without = is an anchor into the page and stays.
  if (chosen.length > 0) history.replaceState(null, '', `#${new URLSearchParams(chosen)}`)
  else if (location.hash.includes('=')) history.replaceState(null, '', location.pathname)
}

const restore = (form: HTMLFormElement): boolean => {
  if (!location.hash.includes('=')) return false
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    const field = form.elements.namedItem(name)
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value
  }
  return true
}

export const enableFilter = (): void => {
  const form = document.querySelector<HTMLFormElement>('form[data-filter]')
  const list = form === null ? null : document.querySelector(form.dataset.filter ?? '')
  if (form === null || list === null) return
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('input', () => apply(form, list))
  if (restore(form)) apply(form, list)
}
