/** Archives for tests, as small as they can be. */
const latin = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0) & 0xff)
const two = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff]
const four = (value: number): number[] => [...two(value & 0xffff), ...two((value >>> 16) & 0xffff)]

export const zipOf = (files: readonly { readonly name: string; readonly encrypted?: boolean }[]): Uint8Array => {
  const bytes: number[] = []
  const table: number[] = []
  for (const { name, encrypted } of files) {
    const at = bytes.length
    const head = [
      ...two(20),
      ...two(encrypted ? 1 : 0),
      ...two(0),
      ...four(0),
      ...four(0),
      ...four(0),
      ...four(0),
      ...two(name.length),
      ...two(0)
    ]
    bytes.push(...four(0x04034b50), ...head, ...latin(name))
    table.push(...four(0x02014b50), ...two(20), ...head, ...two(0), ...two(0), ...two(0), ...four(0), ...four(at), ...latin(name))
  }
  const from = bytes.length
  const counts = [...two(files.length), ...two(files.length)]
  return Uint8Array.from([
    ...bytes,
    ...table,
    ...four(0x06054b50),
    ...two(0),
    ...two(0),
    ...counts,
    ...four(table.length),
    ...four(from),
    ...two(0)
  ])
}

const block = (data: readonly number[]): number[] => [...data, ...new Array<number>((512 - (data.length % 512)) % 512).fill(0)]

const tarHead = (name: string, size: number, kind: string): number[] => {
  const head = new Array<number>(512).fill(0)
  for (const [at, byte] of latin(name.slice(0, 100)).entries()) head[at] = byte
  for (const [at, byte] of latin(size.toString(8).padStart(11, '0')).entries()) head[124 + at] = byte
  head[156] = kind.charCodeAt(0)
  for (const [at, byte] of latin('ustar').entries()) head[257 + at] = byte
  return head
}

export const tarOf = (files: readonly { readonly name: string; readonly body?: string }[]): Uint8Array =>
  Uint8Array.from([
    ...files.flatMap(({ name, body = '' }) => [
      ...(name.length > 100 ? [...tarHead('././@LongLink', name.length + 1, 'L'), ...block([...latin(name), 0])] : []),
      ...tarHead(name, body.length, '0'),
      ...block(latin(body))
    ]),
    ...new Array<number>(1_024).fill(0)
  ])

export const gzipNamed = (name: string): Uint8Array =>
  Uint8Array.from([0x1f, 0x8b, 8, 0x08, 0, 0, 0, 0, 0, 3, ...latin(name), 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0])

/** An old document of Office, as far as anybody looks: its mark, and names within. */
export const oleOf = (name: string): Uint8Array =>
  Uint8Array.from([
    0xd0,
    0xcf,
    0x11,
    0xe0,
    0xa1,
    0xb1,
    0x1a,
    0xe1,
    ...new Array<number>(504).fill(0),
    ...latin(name).flatMap((byte) => [byte, 0])
  ])
