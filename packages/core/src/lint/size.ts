import { lint } from '../knowledge/lint.generated.ts'
import type { Add } from './checking.ts'
import { sizeOf } from './look.ts'

/** What base64 with its line ends makes of three bytes: four letters, and CR LF behind 76 of them. */
const growth = 78 / 57

/** The size on the wire, in bytes, against what receivers take. */
export const checkSize = (wire: number, add: Add): void => {
  const size = sizeOf(wire)
  const above = lint.limits.filter(({ bytes }) => wire > bytes)
  const evidence = above.map(({ name, bytes, says }) => `${name}: ${sizeOf(bytes)}. ${says}`)
  const [lowest] = above
  if (lowest === undefined) {
    add('lint.size-fine', [], { size })
    return
  }
  const named = above.filter(({ usual }) => usual === undefined)
  const limit = named[0] ?? lowest
  const values = {
    size,
    limit: sizeOf(limit.bytes),
    raw: sizeOf(Math.floor(limit.bytes / growth)),
    providers: named.map(({ name }) => name).join(', ')
  }
  const code =
    named.length === 0 ? 'lint.size-above-default' : above.length === lint.limits.length ? 'lint.size-all-refuse' : 'lint.size-some-refuse'
  add(code, evidence, values, { source: limit.source })
}
