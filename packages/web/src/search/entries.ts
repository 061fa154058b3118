import { type Code, codeKindWords, type Origin, table } from '@whybounce/core'
import { tools } from '../knowledge/source.ts'
import { slugOf } from '../page/paths.ts'
import { namedOrigins } from '../page/terms.ts'
import { allCodes } from '../reference/codes-page.tsx'
import type { Entry } from './entry.ts'

/** Each word once, in small letters: the search looks for words, not for sentences. */
const wordsOf = (...texts: readonly (string | undefined)[]): string =>
  [
    ...new Set(
      texts
        .join(' ')
        .toLowerCase()
        .match(/[\p{L}\p{N}][\p{L}\p{N}._:-]*[\p{L}\p{N}]|[\p{L}\p{N}]/gu) ?? []
    )
  ].join(' ')

const ofCode = (code: Code): Entry => [
  `codes/${slugOf(code.code)}/`,
  codeKindWords[code.kind],
  `${code.code}: ${code.title}`,
  wordsOf(
    code.code,
    code.is,
    code.kind === 'status' ? code.code.replace(/^x/, '5') : undefined,
    code.kind === 'status' ? code.code.replace(/^x/, '4') : undefined,
    code.means,
    code.reference?.title,
    ...(code.notes ?? [])
  )
]

const ofOrigin = (origin: Origin, index: number): Entry => [
  `providers/${origin.id}/`,
  'provider or software',
  origin.name,
  wordsOf(
    origin.operator,
    origin.note,
    ...(origin.mx ?? []),
    ...(origin.domains ?? []),
    ...table.rules.flatMap((rule) => (rule.origin === index ? (rule.says ?? []) : []))
  )
]

/** Everything that has an address. */
export const searchEntries = (): Entry[] => [
  ...table.causes.flatMap((cause): Entry[] => [
    [
      `causes/${cause.id}/`,
      'cause',
      cause.title,
      wordsOf(cause.id, cause.happened, ...cause.why, ...Object.values(table.labels).map(({ labels }) => labels[cause.id]))
    ],
    ...cause.details.map(
      (detail): Entry => [
        `causes/${cause.id}/#${detail.id}`,
        'cause',
        detail.title,
        wordsOf(cause.id, detail.id, cause.title, detail.happened, ...(detail.why ?? []))
      ]
    )
  ]),
  ...allCodes.map(ofCode),
  ...table.origins.flatMap((origin, index) => (namedOrigins.includes(origin) ? [ofOrigin(origin, index)] : [])),
  ...tools.map(
    (tool): Entry => [`see-more/#${tool.id}`, 'how to see more', tool.name, wordsOf('debug log transcript', tool.kind, tool.how)]
  )
]
