/** Lines to standard output, a batch at a time: `drain` waits until they have left the process, so that a slow reader costs no memory. */
export type Lines = {
  readonly line: (text: string) => void
  readonly drain: () => Promise<void>
}

export const openLines = (stream: NodeJS.WriteStream = process.stdout): Lines => {
  let pending: string[] = []
  const drain = async (): Promise<void> => {
    if (pending.length === 0) return
    const text = pending.join('')
    pending = []
    await new Promise<void>((resolve, reject) => {
      stream.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)))
    })
  }
  return {
    line: (text) => {
      pending.push(`${text}\n`)
    },
    drain
  }
}
