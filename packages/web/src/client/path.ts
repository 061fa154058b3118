/**
 * The guided path, a question at a time. Without this script every question and end stands on the page, and the answers
 * lead down it; the address of each is the same, so that a link to one works either way.
 */
export const enablePath = (): void => {
  const path = document.getElementById('path')
  const trail = document.getElementById('trail')
  if (path === null || trail === null) return
  const nodes = [...path.querySelectorAll<HTMLElement>(':scope > .node')]
  const start = path.dataset.start ?? ''
  let steps: { id: string; said: string }[] = []

  const show = (focus: boolean): void => {
    const id = decodeURIComponent(location.hash.slice(1)) || start
    const shown = nodes.find((node) => node.id === id) ?? nodes[0]
    for (const node of nodes) node.classList.toggle('shown', node === shown)
    // Going back in the browser goes back on the trail; coming from outside begins a new one.
    const at = steps.findIndex((step) => step.id === shown?.id)
    if (at >= 0) steps = steps.slice(0, at)
    trail.replaceChildren(...steps.map(({ id, said }) => itemOf(id, said)))
    const heading = shown?.querySelector('h2')
    if (focus && heading !== null && heading !== undefined) {
      heading.tabIndex = -1
      heading.focus()
    }
  }

  const itemOf = (id: string, said: string): HTMLElement => {
    const item = document.createElement('li')
    const link = document.createElement('a')
    link.href = `#${id}`
    link.textContent = said
    item.append(link)
    return item
  }

  path.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest('.answers a') : null
    const node = link?.closest('.node')
    if (link instanceof HTMLElement && node !== null && node !== undefined) steps.push({ id: node.id, said: link.textContent })
  })
  addEventListener('hashchange', () => show(true))
  show(false)
}
