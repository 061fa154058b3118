import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { copyText } from '../client/copy.ts'
import { formatFragment, maxSharedLetters } from './share.ts'

/** Shows what a link would carry before it is copied; what is shown can be changed, and only what is shown is shared. */
export const SharePanel = ({ text, close }: { text: string; close: () => void }): VNode => {
  const [shared, setShared] = useState(text)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => box.current?.focus(), [])
  const link = `${location.origin}${location.pathname}${formatFragment(shared)}`
  return (
    <section class="share" aria-labelledby="share-title" onKeyDown={(event) => event.key === 'Escape' && close()}>
      <h2 id="share-title">Share this explanation</h2>
      <p id="share-help">
        The link holds the text below, with names before the @, passwords and tokens taken out. It stands behind the # of the link, a part
        that browsers send to no server. Read it, and change it if something is left that others should not see.
      </p>
      <textarea
        ref={box}
        rows={5}
        maxLength={maxSharedLetters}
        aria-label="Text that the link will hold"
        aria-describedby="share-help"
        spellcheck={false}
        value={shared}
        onInput={(event) => setShared(event.currentTarget.value)}
      />
      <p class="buttons">
        <button type="button" class="primary" onClick={() => copyText(link, 'Link copied')}>
          Copy the link
        </button>
        <button type="button" onClick={close}>
          Close
        </button>
      </p>
    </section>
  )
}
