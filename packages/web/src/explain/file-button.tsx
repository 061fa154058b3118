import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

type Props = { readonly opened: (files: FileList) => void }

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true

/**
 * Opens a file by a button, or by dropping it. The whole page takes what is dropped: beside the box a browser would open the
 * file itself and leave the page. Any name is taken, since what a file is its content tells.
 */
export const FileButton = ({ opened }: Props): VNode => {
  const input = useRef<HTMLInputElement>(null)

  useEffect(() => {
    const mark = (over: boolean): void => {
      document.documentElement.classList.toggle('dropping', over)
    }
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      mark(true)
    }
    // Between two elements of the page there is always a next one; outside there is none.
    const left = ({ relatedTarget }: DragEvent): void => {
      if (relatedTarget === null) mark(false)
    }
    const dropped = (event: DragEvent): void => {
      mark(false)
      if (!hasFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      opened(event.dataTransfer.files)
    }
    document.addEventListener('dragover', over)
    document.addEventListener('dragleave', left)
    document.addEventListener('drop', dropped)
    return () => {
      document.removeEventListener('dragover', over)
      document.removeEventListener('dragleave', left)
      document.removeEventListener('drop', dropped)
    }
  }, [])

  const chosen = (): void => {
    const { current } = input
    if (current?.files != null && current.files.length > 0) opened(current.files)
    // So that the same file can be chosen again.
    if (current !== null) current.value = ''
  }

  return (
    <>
      <button type="button" title="Or drop it on this page" onClick={() => input.current?.click()}>
        Open a message (.eml)
      </button>
      <input ref={input} type="file" hidden onChange={chosen} />
    </>
  )
}
