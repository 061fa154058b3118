import type { VNode } from 'preact'
import type { Page } from '../page/document.tsx'
import { base } from '../page/paths.ts'

const SearchBox = (): VNode => (
  <form class="filters search" id="search">
    <label class="wide">
      Search codes, causes, providers and software
      <input type="search" name="q" autocomplete="off" spellcheck={false} />
    </label>
    <p role="status" class="found" />
    <ul class="rows" id="hits" />
  </form>
)

const Rooms = (): VNode => (
  <ul class="rooms">
    <li>
      <a href={`${base}codes/`}>Codes</a> what each number and error name means
    </li>
    <li>
      <a href={`${base}causes/`}>Causes</a> what happened, who must act, what to do
    </li>
    <li>
      <a href={`${base}providers/`}>Providers and software</a> who says what
    </li>
    <li>
      <a href={`${base}see-more/`}>How to see more</a> switch on the debug output of a library or server
    </li>
    <li>
      <a href={`${base}troubleshoot/`}>Guide</a> questions for those who have no error text
    </li>
  </ul>
)

export const searchPage = (): Page => ({
  path: 'search/',
  section: 'search/',
  title: 'Search',
  description: 'Search the codes, causes, providers and software that whybounce knows.',
  entry: 'reference',
  body: (
    <>
      <h1>Search the reference</h1>
      <SearchBox />
      <Rooms />
    </>
  )
})

export const notFoundPage = (): Page => ({
  path: '404.html',
  title: 'There is no such page',
  description: 'There is no page at this address.',
  entry: 'reference',
  body: (
    <>
      <h1>There is no such page</h1>
      <p class="lead">
        The address may be mistyped, or the code has no page of its own. <a href={base}>Paste the error</a>, or search:
      </p>
      <SearchBox />
      <Rooms />
    </>
  )
})
