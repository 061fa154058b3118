import type { Role } from '@whybounce/core'
import type { VNode } from 'preact'
import { useId, useRef } from 'preact/hooks'
import { Sentences } from '../page/prose.tsx'
import type { View } from './view.ts'

/** Tabs stand side by side on a telephone too: one or two words each; the panel says the whole. */
const tabNames: Readonly<Record<Role, string>> = {
  developer: 'Developer',
  'domain-admin': 'Domain’s DNS',
  'server-admin': 'Mail server',
  'list-owner': 'Sender, list',
  recipient: 'Recipient'
}

type Props = { fixes: View['fixes']; first: readonly string[]; chosen: Role; choose: (role: Role) => void }

/** What to do, a tab for each role: the tabs pattern of the ARIA Authoring Practices, chosen with the arrow keys. */
export const RoleTabs = ({ fixes, first, chosen, choose }: Props): VNode => {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const at = Math.max(
    0,
    fixes.findIndex(({ role }) => role === chosen)
  )
  const shown = fixes[at]
  const move = (event: KeyboardEvent): void => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: fixes.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const index = (to + fixes.length) % fixes.length
    const next = fixes[index]
    if (next !== undefined) choose(next.role)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus()
  }
  return (
    <>
      <div role="tablist" aria-label="What to do, by role" class="tabs" ref={list} onKeyDown={move}>
        {fixes.map(({ role }, index) => (
          <button
            key={role}
            type="button"
            role="tab"
            id={`${id}-${role}`}
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => choose(role)}
          >
            {tabNames[role]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown?.role}`} class="panel">
        <p class="for">{shown?.title}</p>
        <Sentences ordered items={[...first, ...(shown?.steps ?? [])]} />
      </div>
    </>
  )
}
