import type { VNode } from 'preact'
import type { Result } from './worker.ts'

const countOf = ({ views, total }: Result): string =>
  total > views.length ? `${total} different errors; the first ${views.length} are shown.` : `${total} different errors`

/**
 * What is said above the answers: that a file is being read, what a message is, how many errors there are. Where the only
 * answer says it all, those who listen hear its title.
 */
export const StatusLine = ({ result, reading }: { result: Result; reading: string | undefined }): VNode => {
  const { read, partial, total, empty, views } = result
  const said =
    reading !== undefined ? [reading] : [read, partial, total > 1 ? countOf(result) : undefined].filter((line) => line !== undefined)
  const title = empty || total !== 1 || reading !== undefined ? '' : (views[0]?.title ?? '')
  return (
    <p role="status" class={said.length > 0 ? 'count' : 'hidden'}>
      {said.length > 0 ? said.map((line) => <span key={line}>{line}</span>) : title}
      {said.length > 0 && title !== '' && <span class="hidden">{title}</span>}
    </p>
  )
}
