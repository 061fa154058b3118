import type { ComponentChildren, VNode } from 'preact'
import { Prose } from './prose.tsx'

/** A part of a reference page; parts without content are left out where they are made. */
export const Part = ({ title, id, children }: { title: string; id?: string; children: ComponentChildren }): VNode => (
  <section {...(id === undefined ? {} : { id })}>
    <h2>{title}</h2>
    {children}
  </section>
)

/** Narrows the list `#list` below it to the entries that have the typed words; does nothing without JavaScript. */
export const NameFilter = (): VNode => (
  <form class="filters" data-filter="#list">
    <label class="wide">
      Name
      <input type="search" name="q" autocomplete="off" spellcheck={false} />
    </label>
    <p role="status" class="found" />
  </form>
)

export const Lead = ({ text }: { text: string }): VNode => (
  <p class="lead">
    <Prose text={text} />
  </p>
)

export const Trail = ({ href, text }: { href: string; text: string }): VNode => (
  <p class="trail">
    <a href={href}>← {text}</a>
  </p>
)

/** Where statements come from; the day on which they were read there stands behind the last. */
export const Sources = ({ sources, verified }: { sources: readonly string[]; verified?: string }): VNode => (
  <p class="evidence">
    {sources.length > 1 ? 'Sources: ' : 'Source: '}
    {sources.map((source, index) => (
      <span key={source}>
        {index > 0 && '; '}
        <Source source={source} {...(index === sources.length - 1 && verified !== undefined ? { verified } : {})} />
      </span>
    ))}
  </p>
)

/** A link where it is one; what is known without a source was not read on any day. */
export const Source = ({ source, verified }: { source: string; verified?: string }): VNode => {
  const fromMemory = source.startsWith('memory')
  const read = verified === undefined || verified === '' || fromMemory ? '' : `, read ${verified}`
  // Some sources are an address with a remark behind it.
  const [, address, remark = ''] = /^(https:\/\/[^\s;]+)(.*)$/s.exec(source) ?? []
  if (address !== undefined)
    return (
      <span>
        <a href={address} rel="noreferrer">
          {address.replace('https://', '').replace(/\/$/, '')}
        </a>
        {remark + read}
      </span>
    )
  return <span>{fromMemory ? `none at hand (${source.replace(/^memory:? ?/, '')})` : source + read}</span>
}

/** A quoted reply of a server. */
export const Quote = ({ text }: { text: string }): VNode => <pre class="quote">{text}</pre>
