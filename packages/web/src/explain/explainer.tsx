import type { Role } from '@whybounce/core'
import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Prose } from '../page/prose.tsx'
import { AnswerCard } from './answer-card.tsx'
import { type Asker, openAsker } from './ask.ts'
import { examples } from './examples.ts'
import { FileButton } from './file-button.tsx'
import { openFile, sizeText } from './open-file.ts'
import { PasteBox, type PasteBoxHandle } from './paste-box.tsx'
import { printable } from './printable.ts'
import { parseFragment, sharedText } from './share.ts'
import { SharePanel } from './share-panel.tsx'
import { StatusLine } from './status-line.tsx'
import type { Result } from './worker.ts'

/** Long enough that a typed word is one question, short enough that nobody waits. Milliseconds. */
const typingPause = 100

/** Smaller files are read before anybody could read that they are being read. Bytes. */
const largeFile = 1_000_000

const nothing: Result = { views: [], total: 0, empty: true, complete: true }

export const Explainer = (): VNode => {
  const box = useRef<PasteBoxHandle>(null)
  const asker = useRef<Asker>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const turn = useRef(0)
  const [result, setResult] = useState(nothing)
  const [filled, setFilled] = useState(false)
  const [fromLink, setFromLink] = useState(false)
  const [sharing, setSharing] = useState<string>()
  const [chosen, choose] = useState<Role>()
  const [failed, setFailed] = useState(false)
  const [reading, setReading] = useState<string>()
  const [unopened, setUnopened] = useState<string>()

  /** What was begun before is not wanted any more. */
  const begin = (): number => {
    clearTimeout(timer.current)
    setReading(undefined)
    setUnopened(undefined)
    setSharing(undefined)
    return ++turn.current
  }

  const ask = (): void => {
    const text = box.current?.text() ?? ''
    setFilled(text !== '')
    asker.current?.ask({ text })
  }

  /** The address should not go on holding a text that is no longer there. */
  const leaveLink = (): void => {
    setFromLink(false)
    if (location.hash !== '') history.replaceState(null, '', location.pathname)
  }

  const put = (text: string): void => {
    begin()
    box.current?.put(text)
    ask()
  }

  const typed = (): void => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      begin()
      leaveLink()
      ask()
    }, typingPause)
  }

  const open = async (files: FileList): Promise<void> => {
    const [file] = files
    if (file === undefined) return
    const mine = begin()
    if (file.size > largeFile) setReading(`Reading ${printable(file.name)} (${sizeText(file.size)}) …`)
    const count = files.length
    const opened = await openFile(file)
    if (mine !== turn.current) return
    if ('problem' in opened) {
      setReading(undefined)
      return setUnopened(opened.problem)
    }
    if (count > 1)
      setUnopened(`Only the first of ${count} files is read here. For many there is the command line: \`whybounce events FILES\``)
    leaveLink()
    box.current?.show(opened)
    setFilled(true)
    asker.current?.ask({ bytes: opened.bytes })
  }

  const share = (): void => {
    const errors = result.views.flatMap(({ excerpt }) => (excerpt === undefined ? [] : [excerpt.before + excerpt.words + excerpt.after]))
    setSharing(sharedText(box.current?.text(), errors))
  }

  const clear = (): void => {
    put('')
    leaveLink()
    box.current?.focus()
  }

  useEffect(() => {
    const root = document.querySelector('main')
    asker.current = openAsker({
      complete: () => root?.setAttribute('data-ready', ''),
      answered: (result) => {
        setResult(result)
        setReading(undefined)
      },
      failed: () => setFailed(true)
    })
    const follow = (): boolean => {
      const text = parseFragment(location.hash)
      if (text === undefined) return false
      setFromLink(true)
      put(text)
      return true
    }
    if (!follow()) ask()
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])

  return (
    <>
      <form class={filled ? 'paste filled' : 'paste'} onSubmit={(event) => event.preventDefault()}>
        <PasteBox handle={box} changed={typed} opened={open} />
        <div class="under">
          <p id="private">It is explained here in your browser. Nothing you paste or open leaves this page.</p>
          <p class="buttons">
            <FileButton opened={open} />
            {filled && (
              <button type="button" onClick={share}>
                Share
              </button>
            )}
            {filled && (
              <button type="button" onClick={clear}>
                Clear
              </button>
            )}
          </p>
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
      {unopened !== undefined && (
        <p class="notice" role="alert">
          <Prose text={unopened} />
        </p>
      )}
      <StatusLine result={result} reading={reading} />
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
