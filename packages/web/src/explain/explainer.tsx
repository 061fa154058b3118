import type { Role } from '@whybounce/core'
import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { AnswerCard } from './answer-card.tsx'
import { type Asker, openAsker } from './ask.ts'
import { examples } from './examples.ts'
import { PasteBox, type PasteBoxHandle } from './paste-box.tsx'
import { parseFragment, sharedText } from './share.ts'
import { SharePanel } from './share-panel.tsx'
import type { Result } from './worker.ts'

/** Long enough that a typed word is one question, short enough that nobody waits. Milliseconds. */
const typingPause = 100

const nothing: Result = { views: [], total: 0, empty: true, complete: true }

const statusOf = ({ views, total, empty }: Result): string => {
  if (empty) return ''
  if (total === 1) return views[0]?.title ?? ''
  return total > views.length ? `${total} different errors; the first ${views.length} are shown.` : `${total} different errors`
}

export const Explainer = (): VNode => {
  const box = useRef<PasteBoxHandle>(null)
  const asker = useRef<Asker>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [result, setResult] = useState(nothing)
  const [filled, setFilled] = useState(false)
  const [fromLink, setFromLink] = useState(false)
  const [sharing, setSharing] = useState<string>()
  const [chosen, choose] = useState<Role>()
  const [failed, setFailed] = useState(false)

  const ask = (): void => {
    const text = box.current?.text() ?? ''
    setFilled(text !== '')
    asker.current?.ask(text)
  }

  /** The address should not go on holding a text that is no longer there. */
  const leaveLink = (): void => {
    setFromLink(false)
    if (location.hash !== '') history.replaceState(null, '', location.pathname)
  }

  const put = (text: string): void => {
    box.current?.put(text)
    setSharing(undefined)
    ask()
  }

  const typed = (): void => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setSharing(undefined)
      leaveLink()
      ask()
    }, typingPause)
  }

  useEffect(() => {
    const root = document.querySelector('main')
    asker.current = openAsker({
      complete: () => {
        root?.setAttribute('data-ready', '')
        ask()
      },
      answered: setResult,
      failed: () => setFailed(true)
    })
    const open = (): void => {
      const text = parseFragment(location.hash)
      if (text !== undefined) {
        setFromLink(true)
        put(text)
      } else ask()
    }
    open()
    addEventListener('hashchange', open)
    return () => removeEventListener('hashchange', open)
  }, [])

  return (
    <>
      <form class={filled ? 'paste filled' : 'paste'} onSubmit={(event) => event.preventDefault()}>
        <PasteBox handle={box} changed={typed} />
        <div class="under">
          <p id="private">It is explained here in your browser. Nothing you paste leaves this page.</p>
          {filled && (
            <p class="buttons">
              <button
                type="button"
                onClick={() =>
                  setSharing(
                    sharedText(
                      box.current?.text() ?? '',
                      result.views.flatMap(({ excerpt }) => (excerpt === undefined ? [] : [excerpt.before + excerpt.words + excerpt.after]))
                    )
                  )
                }
              >
                Share
              </button>
              <button
                type="button"
                onClick={() => {
                  put('')
                  leaveLink()
                  box.current?.focus()
                }}
              >
                Clear
              </button>
            </p>
          )}
        </div>
        {!filled && (
          <div class="try">
            <p id="try">Or try one:</p>
            <ul class="chips" aria-labelledby="try">
              {examples.map(({ name, text }) => (
                <li key={name}>
                  <button type="button" onClick={() => put(text)}>
                    {name}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
      </form>
      {fromLink && (
        <p class="notice">
          This text came with the link, in the part behind the #, which browsers send to no server. When this page makes such a link, it
          takes out names before the @, passwords and tokens.
        </p>
      )}
      {failed && (
        <p class="notice">The explainer could not be started in this browser. The codes, causes and providers can still be read.</p>
      )}
      {sharing !== undefined && <SharePanel text={sharing} close={() => setSharing(undefined)} />}
      <p role="status" class={result.total > 1 ? 'count' : 'hidden'}>
        {statusOf(result)}
      </p>
      {result.views.map((view, index) => (
        <AnswerCard
          key={index}
          view={view}
          number={result.views.length > 1 ? index + 1 : 0}
          complete={result.complete}
          chosen={chosen}
          choose={choose}
        />
      ))}
    </>
  )
}
