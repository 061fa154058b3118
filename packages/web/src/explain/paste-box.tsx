import type { RefObject, VNode } from 'preact'
import { useImperativeHandle, useRef, useState } from 'preact/hooks'
import type { OpenedFile } from './open-file.ts'

/** What the page asks of the box, whatever the box shows. */
export type PasteBoxHandle = {
  /** All of the text, also where the box shows only how it begins; undefined for a file that it does not show whole. */
  readonly text: () => string | undefined
  readonly put: (text: string) => void
  /** Shows how a file begins that is read beside the box. */
  readonly show: (file: OpenedFile) => void
  readonly focus: () => void
}

/** Browsers lay out every letter of a text box anew with each key: above this, typing is no longer quick. Letters. */
const maxShown = 100_000
/** What is shown of a longer one. */
const shownOfLong = 4_000

const longText = (letters: number): string =>
  `All ${(letters / 1e6).toFixed(1)} million letters are read; the box shows how they begin. Clear it, or paste again, for another text.`

const fileText = ({ name, size, whole }: OpenedFile): string =>
  `All of ${name} (${size}) is read${whole ? '' : '; the box shows how it begins'}. Clear it, or paste, for another text.`

type Props = { handle: RefObject<PasteBoxHandle | null>; changed: () => void; opened: (files: FileList) => void }

/** The box for the paste. A very long text is kept beside it and read whole, while the box shows how it begins; so is a file. */
export const PasteBox = ({ handle, changed, opened }: Props): VNode => {
  const box = useRef<HTMLTextAreaElement>(null)
  const long = useRef<string>(undefined)
  const isPart = useRef(false)
  const [beside, setBeside] = useState('')

  const fill = (text: string, beside: string): void => {
    setBeside(beside)
    if (box.current === null) return
    box.current.value = text
    box.current.readOnly = beside !== ''
  }

  const put = (text: string): void => {
    long.current = text.length > maxShown ? text : undefined
    isPart.current = false
    if (long.current === undefined) fill(text, '')
    else fill(`${text.slice(0, shownOfLong)} …`, longText(text.length))
  }

  const show = (file: OpenedFile): void => {
    long.current = undefined
    isPart.current = !file.whole
    fill(file.begin, fileText(file))
  }

  const text = (): string | undefined => (isPart.current ? undefined : (long.current ?? box.current?.value ?? ''))

  useImperativeHandle(handle, () => ({ text, put, show, focus: () => box.current?.focus() }), [])

  const pasted = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    const files = event.clipboardData?.files
    if (text === '' && files !== undefined && files.length > 0) {
      event.preventDefault()
      opened(files)
      return
    }
    // Before the browser lays it out; and a new paste takes the place of what cannot be written into.
    if (text.length <= maxShown && box.current?.readOnly !== true) return
    event.preventDefault()
    put(text)
    changed()
  }

  const typed = (): void => {
    const text = box.current?.value ?? ''
    // Nobody types into a box that shows only a beginning, but extensions and helping programs write where they like.
    if (text.length > maxShown || box.current?.readOnly === true) put(text)
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
      {beside !== '' && <p class="long">{beside}</p>}
    </>
  )
}
