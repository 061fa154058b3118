import type { ComponentChildren, VNode } from 'preact'

/** Where no paste tells the value, a placeholder is a word in capitals, as fillPlaceholders of core makes it. */
const unfilled = /\{(recipient|domain|sender|sender-domain|ip|host|port|selector)\}/g
const plain = (text: string): string => text.replace(unfilled, (_, name: string) => name.toUpperCase())

/** A sentence of the knowledge: what stands between backticks is a command or a setting. */
export const Prose = ({ text }: { text: string }): VNode => (
  <>
    {plain(text)
      .split('`')
      .map((part, index): ComponentChildren => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
  </>
)

export const Sentences = ({ items, ordered = false }: { items: readonly string[]; ordered?: boolean }): VNode => {
  const rows = items.map((item) => (
    <li key={item}>
      <Prose text={item} />
    </li>
  ))
  return ordered ? <ol class="steps">{rows}</ol> : <ul>{rows}</ul>
}

/** A command to run, with its copy button; client/copy.ts makes the button work on every page. */
export const Command = ({ run, tells }: { run: string; tells?: string }): VNode => (
  <div class="command">
    <div class="line">
      <code>{plain(run)}</code>
      <button type="button" class="copy" data-copy aria-label={`Copy: ${plain(run)}`}>
        Copy
      </button>
    </div>
    {tells !== undefined && (
      <p>
        <Prose text={tells} />
      </p>
    )}
  </div>
)
