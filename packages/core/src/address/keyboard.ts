/**
 * The keyboards on which addresses are typed, row by row, each row starting under the key above it. A letter struck instead of its
 * neighbour, or along with it, is the commonest slip of all.
 */
const layouts: readonly (readonly string[])[] = [
  ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm,.'],
  ['1234567890', 'qwertzuiop', 'asdfghjkl', 'yxcvbnm,.'],
  ['1234567890', 'azertyuiop', 'qsdfghjklm', 'wxcvbn,;:']
]

/** Pairs of keys that touch on one of the layouts, as two characters in either order. */
const touching: ReadonlySet<string> = new Set(
  layouts.flatMap((rows) =>
    rows.flatMap((row, at) =>
      [...row].flatMap((key, column) => {
        const below = rows[at + 1] ?? ''
        // Rows are shifted by about half a key: the key below stands between this column and the one before it.
        const near = [row[column + 1], below[column], below[column - 1]]
        return near.filter((other) => other !== undefined).flatMap((other) => [key + other, other + key])
      })
    )
  )
)

export const areNeighbours = (one: string, other: string): boolean => touching.has(one + other)
