import type { Check, Context } from '../check.ts'
import { serversOf, sessionWith } from '../server/session.ts'
import { checkClock } from './clock.ts'
import { checkHostName } from './host-name.ts'
import { findMailSoftware, type MailSoftware } from './mail-software.ts'
import { checkQueue } from './queue.ts'
import { checkResolver } from './resolver.ts'
import { checkMemory, checkSpace } from './space.ts'
import { versionFinding } from './version.ts'

const wanted = ({ target, deep }: Context): boolean => target.kind === 'machine' || deep

const softwareOf = (context: Context): Promise<readonly MailSoftware[]> => context.once('mail software', async () => findMailSoftware())

const spaceCheck: Check = {
  id: 'space',
  stage: 'machine',
  title: 'Room on the disk, and memory',
  wanted,
  run: async (context, report) => {
    const software = await softwareOf(context)
    const [space, memory] = await Promise.all([checkSpace(software.map(({ spool }) => spool)), checkMemory()])
    for (const found of [...space, ...memory]) report(found)
  }
}

const queueCheck: Check = {
  id: 'queue',
  stage: 'machine',
  title: 'Queue of the mail server',
  wanted,
  run: async (context, report) => {
    const software = await softwareOf(context)
    if (software.length === 0) report('queue.no-server', [])
    const found = await Promise.all(software.map((one) => checkQueue(one, context.signal, context.now().getTime())))
    if (!context.signal.aborted) for (const one of found.flat()) report(one)
  }
}

const clockCheck: Check = {
  id: 'clock',
  stage: 'machine',
  title: 'Clock',
  wanted,
  run: async (context, report) => report(await checkClock(context.now(), context.signal))
}

const nameCheck: Check = {
  id: 'host-name',
  stage: 'machine',
  title: 'Name of this machine',
  wanted,
  run: async (context, report) => report(await checkHostName(context, await softwareOf(context)))
}

const resolverCheck: Check = {
  id: 'resolver',
  stage: 'machine',
  title: 'DNS resolver',
  wanted,
  run: async (context, report) => {
    const servesMail = (await softwareOf(context)).length > 0
    for (const found of await checkResolver(context, servesMail)) report(found)
  }
}

const versionCheck: Check = {
  id: 'version',
  stage: 'dialogue',
  title: 'Software and version of the server',
  wanted: ({ target }) => target.kind !== 'machine',
  run: async (context, report) => {
    const sessions = await Promise.all((await serversOf(context)).map((at) => sessionWith(context, at)))
    const told = new Set<string>()
    for (const session of sessions) {
      const found = versionFinding(session, context.now())
      // One server on several ports and addresses says the same each time.
      const key = `${session.at.host} ${found?.title}`
      if (found === undefined || told.has(key)) continue
      told.add(key)
      report(found)
    }
  }
}

export const machineChecks: readonly Check[] = [spaceCheck, queueCheck, clockCheck, nameCheck, resolverCheck, versionCheck]
