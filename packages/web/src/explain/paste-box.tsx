import type { RefObject, VNode } from 'preact'
import { useImperativeHandle, useRef, useState } from 'preact/hooks'

/** What the page asks of the box, whatever the box shows. */
export type PasteBoxHandle = {
  readonly text: () => string
  readonly put: (text: string) => void
  readonly focus: () => void
}

/** Browsers lay out every letter of a text box anew with each key: above this, typing is no longer quick. Letters. */
const maxShown = 100_000
/** What is shown of a longer one. */
const shownOfLong = 4_000

const megabytes = (letters: number): string => `${(letters / 1e6).toFixed(1)} million letters`

/** The box for the paste. A very long text is kept beside it and read whole, while the box shows how it begins. */
export const PasteBox = ({ handle, changed }: { handle: RefObject<PasteBoxHandle | null>; changed: () => void }): VNode => {
  const box = useRef<HTMLTextAreaElement>(null)
  const long = useRef<string>(undefined)
  const [letters, setLetters] = useState(0)

  const put = (text: string): void => {
    long.current = text.length > maxShown ? text : undefined
    setLetters(long.current?.length ?? 0)
    if (box.current === null) return
    box.current.value = long.current === undefined ? text : `${text.slice(0, shownOfLong)} …`
    box.current.readOnly = long.current !== undefined
  }

  useImperativeHandle(handle, () => ({ text: () => long.current ?? box.current?.value ?? '', put, focus: () => box.current?.focus() }), [])

  const pasted = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    // Before the browser lays it out; and a new paste takes the place of a long one, which cannot be written into.
    if (text.length <= maxShown && long.current === undefined) return
    event.preventDefault()
    put(text)
    changed()
  }

  const typed = (): void => {
    const text = box.current?.value ?? ''
    if (text.length > maxShown) put(text)
    changed()
  }

  return (
    <>
      <label for="paste">Paste the error, bounce message, log or code</label>
      <textarea
        id="paste"
        ref={box}
        rows={6}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        autofocus
        aria-describedby="private"
        placeholder="550 5.1.1 …"
        onPaste={pasted}
        onInput={typed}
      />
      {letters > 0 && (
        <p class="long">All {megabytes(letters)} are read; the box shows how they begin. Clear it, or paste again, for another text.</p>
      )}
    </>
  )
}
