import { lint } from '../knowledge/lint.generated.ts'
import { type Archive, readGzip, readTar, readZip } from './archive.ts'
import type { Add } from './checking.ts'
import { type FileKind, holdsName, kindOf } from './file-kind.ts'
import { type LintPart, shown, sizeOf } from './look.ts'

/** A file that is attached. Texts are one line, without control characters. */
export type LintAttachment = {
  readonly name?: string
  readonly type: string
  /** Bytes, its transfer encoding undone. */
  readonly size: number
  /** What it is by its content: `a PDF document`. */
  readonly kind?: string
}

const { macros, archives, documents, programs } = {
  macros: new Set(lint.kinds.macros),
  archives: new Set(lint.kinds.archives),
  documents: new Set(lint.kinds.documents),
  programs: new Set(lint.kinds.programs)
}

/** U+202A to U+202E and U+2066 to U+2069 change the order in which letters are shown. */
const turning = /[\u202a-\u202e\u2066-\u2069]/

const endingsOf = (name: string): string[] =>
  name
    .toLowerCase()
    .replace(/[\s.]+$/, '')
    .split('.')
    .slice(1)
    .slice(-2)
    .map((ending) => ending.trim())

const baseName = (name: string): string => name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)

/** What files must be by their content, by the ending of their names; endings that several formats use are left out. */
const expected: Readonly<Record<string, readonly FileKind['id'][]>> = {
  pdf: ['pdf'],
  png: ['image'],
  jpg: ['image'],
  jpeg: ['image'],
  gif: ['image'],
  zip: ['zip'],
  // With a password they lie in the old format.
  docx: ['zip', 'ole'],
  xlsx: ['zip', 'ole'],
  pptx: ['zip', 'ole']
}

/** Each attached file: its name, its content, and what lies in it. Gives what they are. */
export const checkAttachments = (files: readonly LintPart[], add: Add): LintAttachment[] =>
  files.map((part) => {
    const bytes = part.bytes()
    const kind = kindOf(bytes)
    const says = `${shown(part.name ?? part.label)} (${shown(part.type)}, ${sizeOf(bytes.length)})`
    checkName(part, kind, says, add)
    checkContent(part, kind, bytes, says, add)
    return {
      ...(part.name === undefined ? {} : { name: shown(part.name) }),
      type: shown(part.type),
      size: bytes.length,
      ...(kind === undefined ? {} : { kind: kind.says })
    }
  })

const listsOf = (ending: string, does: 'refuses' | 'hides'): typeof lint.lists =>
  lint.lists.filter((list) => list.does === does && list.extensions.includes(ending))

const checkName = (part: LintPart, kind: FileKind | undefined, says: string, add: Add): void => {
  const { name } = part
  if (name === undefined) {
    if (kind?.id === 'program') add('lint.attachment-executable', [`${says} is ${kind.says}`])
    return
  }
  if (turning.test(name))
    add('lint.attachment-name-reversed', [
      `${says}: ${[...name].map((letter) => (turning.test(letter) ? `[U+${letter.charCodeAt(0).toString(16).toUpperCase()}]` : letter)).join('')}`
    ])
  const endings = endingsOf(name)
  const ending = endings[endings.length - 1] ?? ''
  const before = endings.length > 1 ? (endings[0] ?? '') : ''
  const refusing = listsOf(ending, 'refuses')
  if (documents.has(before) && programs.has(ending))
    add('lint.attachment-double-extension', [says], { name: shown(name), shown: `.${before}`, extension: ending })
  else if (refusing.length > 0) {
    const providers = refusing.map((list) => list.name).join(' and ')
    add(
      'lint.attachment-refused',
      [says, ...refusing.map((list) => `${list.name}: ${list.says}`)],
      { providers, extension: ending },
      { source: refusing[0]?.source ?? '' }
    )
  } else if (kind?.id === 'program') add('lint.attachment-executable', [`${says} is ${kind.says}`])
  else {
    const [hiding] = listsOf(ending, 'hides')
    if (hiding !== undefined)
      add('lint.attachment-blocked', [says, hiding.says], { providers: hiding.name, extension: ending }, { source: hiding.source })
    const kinds = expected[ending]
    if (kind !== undefined && kinds !== undefined && !kinds.includes(kind.id))
      add('lint.attachment-kind-differs', [`${says} is ${kind.says}`], { name: shown(name), kind: kind.says })
  }
}

const checkContent = (part: LintPart, kind: FileKind | undefined, bytes: Uint8Array, says: string, add: Add): void => {
  const name = part.name ?? part.label
  const ending = endingsOf(name).at(-1) ?? ''
  const isRefused = listsOf(ending, 'refuses').length > 0
  if (kind?.id === 'ole') {
    if (holdsName(bytes, 'EncryptedPackage')) add('lint.attachment-encrypted', [`${says}: a document with a password`])
    else if (holdsName(bytes, '_VBA_PROJECT') && !isRefused) add('lint.attachment-macros', [says])
    return
  }
  const found =
    kind?.id === 'zip' ? readZip(bytes) : kind?.id === 'tar' ? readTar(bytes) : kind?.id === 'gzip' ? readGzip(bytes) : undefined
  // Programs may leave the name of the file within out: it is then that of the archive without its last ending.
  const archive =
    kind?.id === 'gzip' && found?.entries.length === 0 && ending === 'gz'
      ? { ...found, entries: [{ name: name.replace(/\.gz$/i, ''), encrypted: false }] }
      : found
  const isArchive = kind?.id === 'zip' || kind?.id === 'tar' || kind?.id === 'gzip' || kind?.id === 'archive' || archives.has(ending)
  if (!isArchive) {
    if (macros.has(ending) && !isRefused) add('lint.attachment-macros', [says])
    return
  }
  // What is refused by its own name needs no look inside.
  if (isRefused && !macros.has(ending)) return
  if (ending === 'zip' && kind === undefined) add('lint.attachment-archive-broken', [`${says} is no zip archive`])
  else if (archive === undefined) add('lint.attachment-unread', [says])
  else checkArchive(shown(name), ending, kind?.id === 'gzip', archive, says, add, isRefused)
}

const checkArchive = (
  name: string,
  ending: string,
  isGzip: boolean,
  archive: Archive,
  says: string,
  add: Add,
  isRefused: boolean
): void => {
  const { entries } = archive
  const named = entries.map((entry) => ({ ...entry, ending: endingsOf(baseName(entry.name)).at(-1) ?? '' }))
  if (entries.some((entry) => /(?:^|\/)vbaProject\.bin$/i.test(entry.name)) || macros.has(ending)) {
    if (!isRefused) add('lint.attachment-macros', [says])
    return
  }
  // Documents of Office are archives too; their insides are nobody's files.
  if (expected[ending]?.includes('ole') || entries.some((entry) => entry.name === '[Content_Types].xml' || entry.name === 'mimetype'))
    return
  if (archive.broken) add('lint.attachment-archive-broken', [says])
  const locked = named.filter(({ encrypted }) => encrypted)
  if (locked.length > 0) add('lint.attachment-encrypted', [`${says}: ${locked.length} of ${named.length} files`])
  const refused = named.filter(
    (entry) => listsOf(entry.ending, 'refuses').some(({ inArchives }) => inArchives) || programs.has(entry.ending)
  )
  const [first] = refused
  if (first !== undefined)
    add('lint.attachment-in-archive', [says, ...refused.slice(0, 10).map((entry) => `holds ${shown(entry.name)}`)], {
      name: shown(first.name),
      archive: name
    })
  const nested = named.filter((entry) => archives.has(entry.ending))
  if (nested.length > 0)
    add('lint.attachment-nested', [
      `${says}: ${nested
        .slice(0, 5)
        .map((entry) => shown(entry.name))
        .join(', ')}`
    ])
  // A compressed tar is one file within; its names are compressed with it.
  else if (isGzip && (ending === 'tgz' || named.some((entry) => entry.ending === 'tar') || /\.tar\.gz$/i.test(name)))
    add('lint.attachment-unread', [says])
  if (archive.more) add('lint.attachment-unread', [`${says}: only the first ${entries.length} names were read`])
}
