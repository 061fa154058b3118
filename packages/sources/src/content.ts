import { type Emit, megabytes, type Sink } from './item.ts'
import { splitMbox } from './mbox.ts'
import { carriesDate, startsField } from './mbox-lines.ts'
import { splitMmdf } from './mmdf.ts'
import { messageFromMsg } from './msg/msg.ts'
import { isMessageName, isNoMail } from './names.ts'
import { collected, emlxMessage, singleMessage } from './single.ts'
import { hasSum, readTar } from './tar.ts'

export type Kind =
  | 'empty'
  | 'gzip'
  | 'zstd'
  | 'bzip2'
  | 'xz'
  | 'zip'
  | 'pst'
  | 'msg'
  | 'tar'
  | 'mmdf'
  | 'mbox'
  | 'emlx'
  | 'message'
  | 'text'
  | 'binary'

/** So many bytes tell what a file is; a message's first line is shorter. */
const headBytes = 4_096

/** What a file is, by its first bytes: names lie. */
export const tellContent = (bytes: Uint8Array): Kind => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes))
  const [a, b, c, d] = head
  if (head.length === 0) return 'empty'
  // The usual case first: a field, of a letter and what follows it.
  if (a !== undefined && a >= 0x41 && a <= 0x7a) {
    if (startsField(head)) return 'message'
    if (startsMbox(head)) return 'mbox'
  }
  if (a === 0x1f && b === 0x8b) return 'gzip'
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd'
  if (head.toString('latin1', 0, 3) === 'BZh') return 'bzip2'
  if (a === 0xfd && head.toString('latin1', 1, 5) === '7zXZ') return 'xz'
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04') return 'zip'
  if (head.toString('latin1', 0, 4) === '!BDN') return 'pst'
  if (head.toString('latin1', 0, 8) === '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1') return 'msg'
  if (head.length >= 512 && hasSum(head.subarray(0, 512))) return 'tar'
  if (head.toString('latin1', 0, 5) === '\x01\x01\x01\x01\n') return 'mmdf'
  // UTF-16, as Windows programs save text: the message reader knows it by the same mark.
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'message'
  if (/^[1-9]\d{0,9}[ \t]*\r?\n[!-9;-~]{1,76}:/.test(head.toString('latin1', 0, 100))) return 'emlx'
  const start = leading(head)
  const rest = head.subarray(start)
  if (rest.length === 0) return head.length < headBytes ? 'empty' : 'binary'
  if (startsField(rest)) return 'message'
  if (startsMbox(rest)) return 'mbox'
  return head.includes(0) ? 'binary' : 'text'
}

/** A line `From ` with a date in it, or with a header field after it: some programs write no date. */
const startsMbox = (head: Buffer): boolean => {
  if (head.toString('latin1', 0, 5) !== 'From ') return false
  const end = head.indexOf(0x0a)
  return end > 0 && (carriesDate(head.toString('latin1', 0, end)) || startsField(head.subarray(end + 1)))
}

/** Empty lines and a byte-order mark before the first field, which some exports leave there. */
const leading = (head: Buffer): number => {
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  while (head[at] === 0x0a || head[at] === 0x0d) at++
  return at
}

/** Fields that a mail has and notes have not. */
const mailFields =
  /^(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version|content-type|reporting-mta|final-recipient)[ \t]*:/gim

/**
 * What lies beside mail in a folder: pictures, notes, JSON. Looks at more than the first line, since a mail may come with a broken one:
 * two fields of a mail in the beginning, and it is none of these.
 */
export const isBesideMail = (kind: Kind, bytes: Uint8Array): boolean => {
  if (kind === 'binary') return true
  if (kind !== 'text' && kind !== 'message') return false
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes))
  if (kind === 'message' && !beginsLikeData(head.subarray(leading(head)))) return false
  return (
    new Set(
      head
        .toString('latin1')
        .match(mailFields)
        ?.map((field) => field.toLowerCase())
    ).size < 2
  )
}

/** `{"a":1}` has the form of a header field, with a name that no mail has. */
const beginsLikeData = (head: Buffer): boolean => /^[[{"'#<(/;]/.test(head.toString('latin1', 0, 1))

const problems: Partial<Record<Kind, string>> = {
  empty: 'The file is empty.',
  bzip2: 'It is packed with bzip2, which is not read here. Unpack it first (bunzip2).',
  xz: 'It is packed with xz, which is not read here. Unpack it first (unxz).',
  zip: 'It is a zip archive, which is not read here. Unpack it first.',
  pst: 'It is an Outlook data file (.pst, .ost), which is not read here. Export the folder from Outlook as single .msg files (select the messages, drag them into a folder), or convert the file to mbox with readpst.',
  text: 'It does not begin like a mail message: its first line is no header field such as "Received: …". If it is a mail without its header, save the whole message from the mail program (as .eml, "show original").',
  binary: 'It is not a mail message, a mailbox or an archive of them.'
}

const nested = 'It is packed inside of an archive, or packed twice. Unpack the outer one first.'

export type ContentOptions = {
  readonly maxMessageBytes: number
  /** Makes what reports about the file of this name inside an archive. */
  readonly inside: (name: string) => Emit
  /** The name says that it is a message, whatever its first line looks like (`.eml`). */
  readonly isNamedMessage: boolean
  /** Called for a file that is no mail, in place of a problem: it was met in a folder, and nobody said that it is one. */
  readonly passOver?: () => void
  readonly isInArchive?: boolean
}

/** Says what is in a file or an archive by its first bytes, and reads that. */
export const readContent = (emit: Emit, options: ContentOptions, base = 0): Sink => {
  let head: Buffer = Buffer.alloc(0)
  let sink: Sink | undefined

  const choose = (): Sink => {
    const kind = tellContent(head)
    if (options.passOver !== undefined && !options.isNamedMessage && isBesideMail(kind, head)) {
      options.passOver()
      return nothing
    }
    return sinkFor(kind, emit, options, base, kind === 'mbox' ? leading(head) : 0)
  }

  return {
    write: (piece) => {
      if (sink !== undefined) return sink.write(piece)
      head = head.length === 0 ? piece : Buffer.concat([head, piece])
      if (head.length < headBytes) return true
      sink = choose()
      const first = head
      head = Buffer.alloc(0)
      return sink.write(first)
    },
    end: () => {
      if (sink === undefined) {
        sink = choose()
        sink.write(head)
      }
      sink.end()
    }
  }
}

const sinkFor = (kind: Kind, emit: Emit, options: ContentOptions, base: number, skip: number): Sink => {
  const { maxMessageBytes, inside, isNamedMessage, isInArchive } = options
  switch (kind) {
    case 'mbox':
      return skipping(skip, splitMbox(emit, maxMessageBytes, base + skip))
    case 'mmdf':
      return splitMmdf(emit, maxMessageBytes, base)
    case 'emlx':
      return emlxMessage(emit, maxMessageBytes, base)
    case 'message':
      return singleMessage(emit, maxMessageBytes, base)
    case 'msg':
      return collected(maxMessageBytes, (bytes, complete) => {
        if (!complete) return emit.problem(`It is an Outlook message of more than ${megabytes(maxMessageBytes)}, which is not read.`, base)
        const read = messageFromMsg(bytes)
        if (read.message !== undefined) emit.message(read.message, base)
        if (read.problem !== undefined) emit.problem(read.problem, base)
      })
    case 'tar':
      // An archive may hold an archive, and so on without end.
      if (isInArchive === true) return refused(emit, nested, base)
      return readTar(
        (name, offset) =>
          isNoMail(name.slice(name.lastIndexOf('/') + 1))
            ? undefined
            : readContent(inside(name), { ...options, isNamedMessage: isMessageName(name), isInArchive: true }, base + offset),
        (offset) => emit.problem('The tar archive is damaged or cut off here; what came before was read.', base + offset)
      )
    case 'gzip':
    case 'zstd':
      return refused(emit, nested, base)
    default:
      if (kind === 'text' && isNamedMessage) return singleMessage(emit, maxMessageBytes, base)
      return refused(emit, problems[kind] ?? 'It cannot be read.', base)
  }
}

const refused = (emit: Emit, problem: string, base: number): Sink => {
  emit.problem(problem, base)
  return nothing
}

const nothing: Sink = { write: () => false, end: () => undefined }

const skipping = (count: number, sink: Sink): Sink => {
  let left = count
  return {
    write: (piece) => {
      const passed = Math.min(left, piece.length)
      left -= passed
      return sink.write(passed === 0 ? piece : piece.subarray(passed))
    },
    end: sink.end
  }
}
