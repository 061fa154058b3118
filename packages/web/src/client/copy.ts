/** Tells what happened to those who look and to those who listen: the page has one place for it. */
const announce = (words: string): void => {
  const place = document.getElementById('announcement')
  if (place === null) return
  place.textContent = words
  setTimeout(() => {
    if (place.textContent === words) place.textContent = ''
  }, 4_000)
}

/** Copies by the clipboard, or where a browser has none (a page without https) by a selection. */
export const copyText = async (text: string, done: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text)
    announce(done)
  } catch {
    const box = document.createElement('textarea')
    box.value = text
    document.body.append(box)
    box.select()
    const copied = document.execCommand('copy')
    box.remove()
    announce(copied ? done : 'Copying is not allowed here: select the text and copy it')
  }
}

/** Every copy button of the page, now and later: copies the code beside it. */
export const enableCopying = (): void =>
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-copy]') : null
    const text = button?.parentElement?.querySelector('code')?.textContent
    if (typeof text === 'string') void copyText(text, 'Command copied')
  })
