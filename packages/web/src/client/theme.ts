/**
 * Runs before the first paint, as a script of its own since the page allows no inline ones: sets the chosen theme, so
 * that it does not flash, and tells the styles that there is JavaScript.
 */
const root = document.documentElement
const stored = (): string | null => {
  try {
    return localStorage.getItem('theme')
  } catch {
    // Storage can be switched off; the theme then lasts as long as the page.
    return null
  }
}
const store = (theme: string): void => {
  try {
    localStorage.setItem('theme', theme)
  } catch {
    // Storage may be forbidden (private windows): the choice then lasts as long as the page.
  }
}

const isDark = (): boolean => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark'

const chosen = stored()
if (chosen === 'dark' || chosen === 'light') root.dataset.theme = chosen
root.classList.add('js')

document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element) || target.closest('#theme') === null) return
  const theme = isDark() ? 'light' : 'dark'
  root.dataset.theme = theme
  store(theme)
})
