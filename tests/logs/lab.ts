import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inNamespace, type Namespaces, openNamespaces, startIn } from '../lab/netns.ts'
import { eximIsThere, openExim } from './exim-sender.ts'
import type { Accepted, Submission } from './hand-in.ts'
import { openPostfix } from './postfix-sender.ts'
import type { Verdict } from './receivers.ts'
import type { Sender } from './sender.ts'
import { listens, until } from './waiting.ts'

/**
 * Postfix and Exim as they send, servers that receive and refuse, and a name server, in a network namespace: nothing of it is seen outside.
 * tests/mta/install.sh and tests/lab/install.sh install what it is made of; it needs root.
 */
export type LogLab = {
  readonly folder: string
  readonly senders: readonly Sender[]
  readonly handIn: (submissions: readonly Submission[]) => readonly Accepted[]
  /** What the receiving servers have said so far. */
  readonly verdicts: () => readonly Verdict[]
  readonly stop: () => Promise<void>
}

const canMakeNamespaces = (): boolean => {
  const name = `wb-try-${process.pid}`
  try {
    for (const act of ['add', 'del']) execFileSync('/usr/sbin/ip', ['netns', act, name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Why the lab cannot be built here; undefined where it can. */
export const whyNoLogLab = (): string | undefined => {
  if (userInfo().uid !== 0) return 'needs root'
  if (!existsSync('/usr/sbin/ip') || !existsSync('/usr/sbin/postfix') || !eximIsThere)
    return 'needs tests/mta/install.sh and tests/lab/install.sh'
  return canMakeNamespaces() ? undefined : 'no network namespaces'
}

const handInBy = ({ server }: Namespaces, submissions: readonly Submission[]): readonly Accepted[] =>
  JSON.parse(inNamespace(server, process.execPath, fileURLToPath(new URL('./hand-in.ts', import.meta.url)), JSON.stringify(submissions)))

export const startLogLab = async (): Promise<LogLab> => {
  const namespaces = await openNamespaces()
  try {
    const { server, folder } = namespaces
    writeFileSync(join('/etc/netns', server, 'resolv.conf'), 'nameserver 127.0.0.53\n')
    const journal = join(folder, 'verdicts')
    const ready = join(folder, 'ready')
    writeFileSync(journal, '')
    startIn(server, folder, process.execPath, fileURLToPath(new URL('./receiving-servers.ts', import.meta.url)), journal, ready)
    await until('the receiving servers are there', () => existsSync(ready))
    const senders = [openPostfix(namespaces), openExim(namespaces)]
    for (const { port } of senders) await until(`a server at port ${port}`, () => listens(server, port))
    return {
      folder,
      senders,
      handIn: (submissions) => handInBy(namespaces, submissions),
      verdicts: () =>
        readFileSync(journal, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line)),
      stop: async () => {
        for (const sender of senders) sender.stop()
        await namespaces.stop()
      }
    }
  } catch (error) {
    await namespaces.stop()
    throw error
  }
}
