import { base } from '../page/paths.ts'
import { type Entry, search } from '../search/entry.ts'

const itemOf = ([path, kind, title]: Entry): HTMLElement => {
  const item = document.createElement('li')
  const link = document.createElement('a')
  const name = document.createElement('span')
  const small = document.createElement('small')
  link.href = base + path
  name.textContent = title
  small.textContent = kind
  link.append(name)
  item.append(link, small)
  return item
}

/** The search over everything. Its index is a script of its own, loaded with the page that searches, by no other. */
export const enableSearch = async (): Promise<void> => {
  const form = document.querySelector<HTMLFormElement>('#search')
  const box = form?.querySelector('input')
  const hits = document.getElementById('hits')
  const found = form?.querySelector('.found')
  if (form === null || box == null || hits === null || found == null) return
  form.addEventListener('submit', (event) => event.preventDefault())
  const { entries } = await import('virtual:search-index')
  const show = (): void => {
    const results = search(entries, box.value)
    hits.replaceChildren(...results.map(itemOf))
    found.textContent = box.value.trim() === '' ? '' : results.length === 0 ? 'Nothing fits' : ''
    history.replaceState(null, '', box.value.trim() === '' ? location.pathname : `#${new URLSearchParams({ q: box.value.trim() })}`)
  }
  form.addEventListener('input', show)
  const query = new URLSearchParams(location.hash.slice(1)).get('q')
  if (query !== null && box.value === '') box.value = query
  if (box.value !== '') show()
  form.dataset.ready = ''
}
