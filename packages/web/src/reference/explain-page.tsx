import type { VNode } from 'preact'
import { Explainer } from '../explain/explainer.tsx'
import type { Page } from '../page/document.tsx'
import { base } from '../page/paths.ts'

const WithoutScript = (): VNode => (
  <noscript>
    <p class="notice">
      Explaining a paste needs JavaScript. Everything else reads without it: <a href={`${base}codes/`}>codes</a>,{' '}
      <a href={`${base}causes/`}>causes</a>, <a href={`${base}providers/`}>providers</a> and the <a href={`${base}troubleshoot/`}>guide</a>.
    </p>
  </noscript>
)

export const explainPage = (): Page => ({
  path: '',
  section: '',
  title: 'whybounce: why mail failed, who must act and what to do',
  description:
    'Paste the error, bounce message or log of a failed mail: whybounce says why, who must act and what to do. In your browser; nothing leaves it.',
  entry: 'explain',
  body: (
    <>
      <h1>Why did the mail fail?</h1>
      <WithoutScript />
      <div id="explainer">
        <Explainer />
      </div>
      <p class="aside">
        No error text at hand? <a href={`${base}troubleshoot/`}>Answer some questions</a> instead.
      </p>
    </>
  )
})
