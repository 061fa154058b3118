import { writeSync } from 'node:fs'

/** The whole window of a terminal, given back as it was. */
export type LiveTerminal = {
  readonly width: () => number
  readonly height: () => number
  /** Lines that fit; each is drawn over what was there. */
  readonly draw: (lines: readonly string[]) => void
  /** Keys can be read. */
  readonly hasKeys: boolean
  readonly restore: () => void
}

/**
 * Control sequences of ECMA-48 and xterm (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html): the alternate screen (?1049), the cursor hidden (?25),
 * home (H), the rest of the line (K) and of the screen (J) erased. Drawing over instead of erasing first is what keeps it from flickering.
 */
const enter = '\u001b[?1049h\u001b[?25l\u001b[2J'
const leave = '\u001b[?25h\u001b[?1049l'
const [home, eraseLine, eraseBelow] = ['\u001b[H', '\u001b[K', '\u001b[J']

/** Takes the window. `quit` is called for q and Q, `interrupt` for Ctrl-C, which is a key like any other then; `resized` when the window was. */
export const openLiveTerminal = (on: {
  readonly quit: () => void
  readonly interrupt: () => void
  readonly resized: () => void
}): LiveTerminal => {
  const { stdin, stdout } = process
  const hasKeys = stdin.isTTY === true
  let isOpen = true
  let last = ''
  const key = (bytes: Buffer): void => {
    if (bytes.includes(0x03)) on.interrupt()
    else if (bytes.includes(0x71) || bytes.includes(0x51)) on.quit()
  }
  const resized = (): void => {
    last = ''
    stdout.write('\u001b[2J')
    on.resized()
  }
  const restore = (): void => {
    if (!isOpen) return
    isOpen = false
    process.off('exit', restore)
    stdout.off('resize', resized)
    if (hasKeys) {
      stdin.off('data', key)
      stdin.setRawMode(false)
      stdin.pause()
    }
    try {
      // At the end of the process nothing else would be written any more.
      writeSync(1, leave)
    } catch {
      // The window is gone: there is nothing to give back.
    }
  }
  process.on('exit', restore)
  stdout.on('resize', resized)
  if (hasKeys) {
    stdin.setRawMode(true)
    stdin.on('data', key)
    stdin.resume()
  }
  stdout.write(enter)
  return {
    width: () => Math.max(20, stdout.columns || 80),
    height: () => Math.max(6, stdout.rows || 24),
    hasKeys,
    draw: (lines) => {
      if (!isOpen) return
      const text = `${home}${lines.map((line) => `${line}${eraseLine}`).join('\r\n')}${eraseBelow}`
      if (text === last) return
      last = text
      stdout.write(text)
    },
    restore
  }
}
