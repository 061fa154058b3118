/** What a file is by its first bytes, whatever its name says. `says` completes "it is …". */
export type FileKind = {
  readonly id: 'program' | 'zip' | 'gzip' | 'tar' | 'archive' | 'ole' | 'pdf' | 'image' | 'rtf'
  readonly says: string
}

const starts: readonly (readonly [readonly number[], FileKind])[] = [
  [[0x4d, 0x5a], { id: 'program', says: 'a Windows program' }],
  [[0x7f, 0x45, 0x4c, 0x46], { id: 'program', says: 'a Linux program' }],
  [[0xcf, 0xfa, 0xed, 0xfe], { id: 'program', says: 'a macOS program' }],
  [[0xce, 0xfa, 0xed, 0xfe], { id: 'program', says: 'a macOS program' }],
  [[0xca, 0xfe, 0xba, 0xbe], { id: 'program', says: 'a Java or macOS program' }],
  [[0x4c, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00], { id: 'program', says: 'a Windows shortcut' }],
  [[0x50, 0x4b, 0x03, 0x04], { id: 'zip', says: 'a zip archive' }],
  [[0x50, 0x4b, 0x05, 0x06], { id: 'zip', says: 'a zip archive' }],
  [[0x1f, 0x8b], { id: 'gzip', says: 'a gzip archive' }],
  [[0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], { id: 'archive', says: 'a RAR archive' }],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], { id: 'archive', says: 'a 7z archive' }],
  [[0x42, 0x5a, 0x68], { id: 'archive', says: 'a bzip2 archive' }],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], { id: 'archive', says: 'an xz archive' }],
  [[0x28, 0xb5, 0x2f, 0xfd], { id: 'archive', says: 'a zstd archive' }],
  [[0x4d, 0x53, 0x43, 0x46], { id: 'archive', says: 'a cabinet archive' }],
  [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], { id: 'ole', says: 'a document in the old format of Office' }],
  [[0x25, 0x50, 0x44, 0x46, 0x2d], { id: 'pdf', says: 'a PDF document' }],
  [[0x89, 0x50, 0x4e, 0x47], { id: 'image', says: 'a PNG image' }],
  [[0xff, 0xd8, 0xff], { id: 'image', says: 'a JPEG image' }],
  [[0x47, 0x49, 0x46, 0x38], { id: 'image', says: 'a GIF image' }],
  [[0x7b, 0x5c, 0x72, 0x74, 0x66], { id: 'rtf', says: 'a rich text document' }]
]

/** Where tar says what it is. */
const tarMark = 257

export const kindOf = (bytes: Uint8Array): FileKind | undefined => {
  const found = starts.find(([start]) => start.every((byte, at) => bytes[at] === byte))?.[1]
  // `MZ` begins ordinary text too: a program says where its true head lies.
  if (found?.says === 'a Windows program' && !isWindowsProgram(bytes)) return undefined
  if (found !== undefined) return found
  return [...'ustar'].every((letter, at) => bytes[tarMark + at] === letter.charCodeAt(0)) ? { id: 'tar', says: 'a tar archive' } : undefined
}

const isWindowsProgram = (bytes: Uint8Array): boolean => bytes.length > 64 && bytes.subarray(0, 64).includes(0)

/** Names in an OLE document are UTF-16. */
export const holdsName = (bytes: Uint8Array, name: string): boolean => {
  const wanted = [...name].flatMap((letter) => [letter.charCodeAt(0), 0])
  const first = wanted[0] ?? 0
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++
    if (same === wanted.length) return true
  }
  return false
}
