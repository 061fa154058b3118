import type { Tool } from '@whybounce/core'
import type { VNode } from 'preact'
import { tools } from '../knowledge/source.ts'
import type { Page } from '../page/document.tsx'
import { NameFilter, Sources } from '../page/parts.tsx'
import { Prose } from '../page/prose.tsx'

const kindTitles: Readonly<Record<string, string>> = {
  library: 'Libraries',
  client: 'Mail clients',
  mta: 'Mail servers',
  esp: 'Sending services',
  tool: 'Tools for looking'
}

const ToolPart = ({ tool }: { tool: Tool }): VNode => (
  <section id={tool.id} class="detail">
    <h3>
      <a href={`#${tool.id}`}>{tool.name}</a>
    </h3>
    <p>
      <Prose text={tool.how} />
    </p>
    {tool.code !== undefined && (
      <div class="listing">
        <pre>
          <code>{tool.code.trimEnd()}</code>
        </pre>
        <button type="button" class="copy" data-copy aria-label={`Copy the lines for ${tool.name}`}>
          Copy
        </button>
      </div>
    )}
    <Sources sources={[tool.source]} />
  </section>
)

export const seeMorePage = (): Page => ({
  path: 'see-more/',
  section: 'see-more/',
  title: 'How to see more',
  description: 'How to switch on the display of the dialogue with the mail server, for each library, client and server.',
  entry: 'reference',
  body: (
    <>
      <h1>How to see more</h1>
      <p class="lead">
        Libraries and clients often hide what the server said. How to switch on the display of the whole dialogue, for each of them. Take
        out passwords before you show it to others.
      </p>
      <NameFilter />
      <div id="list">
        {[...new Set(tools.map(({ kind }) => kind))].map((kind) => (
          <section key={kind}>
            <h2>{kindTitles[kind] ?? kind}</h2>
            {tools
              .filter((tool) => tool.kind === kind)
              .map((tool) => (
                <ToolPart key={tool.id} tool={tool} />
              ))}
          </section>
        ))}
      </div>
    </>
  )
})
