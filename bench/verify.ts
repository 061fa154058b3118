import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { startDnsServer } from '../tests/dns/dns-server.ts'
import { listenFriendly } from '../tests/smtp/friendly-server.ts'

/**
 * `node bench/verify.ts`: the command as a list owner runs it, in a process of its own.
 * 1. a list of a million addresses over 50,000 domains, against a DNS server on loopback: addresses a second end to end, memory
 * 2. probing a list over many mail servers on loopback: recipients a second, without budgets and within them
 * `--rows N`, `--domains N`, `--probes N`. The servers run in processes of their own and share the machine.
 */
const numberOf = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
const rows = numberOf('--rows', 1_000_000)
const domains = numberOf('--domains', 50_000)
const probes = numberOf('--probes', 100_000)
const servers = 200
/** Eight for each server, and as many invented ones: all within one minute's budget. */
const withinBudgets = 8 * servers
const bin = join(import.meta.dirname, '..', 'packages/cli/bin/whybounce.mjs')
const folder = mkdtempSync(join(tmpdir(), 'whybounce-bench-'))

/** 127.x.y.z of a mail server. */
const hostOf = (index: number): string => `127.77.${index >> 8}.${(index & 255) + 1}`
const large = ['gmail.com', 'outlook.com', 'yahoo.com', 'icloud.com', 'gmx.de', 'web.de', 'orange.fr', 'mail.ru', 'qq.com', 'comcast.net']

const serveDns = async (): Promise<void> => {
  const server = await startDnsServer(
    (name, type) => {
      const index = Number(/(\d+)/.exec(name)?.[1] ?? 0)
      // Each fiftieth domain does not exist, each fiftieth has no mail.
      if (index % 50 === 7 && !name.startsWith('probe')) return 'nxdomain'
      if (type === 'MX') return name.startsWith('probe') ? [`10 ${name}`] : index % 50 === 9 ? ['0 .'] : [`10 mx.${name}`]
      if (type === 'A') return [name.startsWith('probe') ? hostOf(index % servers) : '20.1.2.3']
      return []
    },
    { fast: true }
  )
  process.send?.(server.address)
}

/** Every third mailbox is unknown, and invented ones are. */
const answerTo = (address: string): string =>
  Number(/^user(\d+)@/.exec(address)?.[1] ?? 0) % 3 === 1 || !address.startsWith('user')
    ? `550 5.1.1 <${address}>: User unknown`
    : '250 2.1.5 Ok'

const serveMail = async (kind: string): Promise<void> => {
  let port = 0
  for (let index = 0; index < servers; index++) {
    if (kind === 'friendly') port = (await listenFriendly(answerTo, { port, address: hostOf(index) })).port
    else {
      const server = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS', 'AUTH'],
        disableReverseLookup: true,
        onRcptTo: ({ address }, _session, done) => {
          const answer = answerTo(address)
          done(answer.startsWith('2') ? null : Object.assign(new Error(answer.slice(4)), { responseCode: 550 }))
        }
      })
      server.on('error', () => undefined)
      const listening = server.listen(port, hostOf(index))
      await once(listening, 'listening')
      const address = listening.address()
      if (address !== null && typeof address !== 'string') port = address.port
    }
  }
  process.send?.(String(port))
}

const start = async (...args: readonly string[]): Promise<{ told: string; child: ChildProcess }> => {
  const child = fork(import.meta.filename, [...args])
  const [told] = await once(child, 'message')
  return { told: String(told), child }
}

const writeList = async (path: string, count: number, address: (index: number) => string): Promise<void> => {
  const out = createWriteStream(path)
  out.write('name,email,city\n')
  let text = ''
  for (let index = 0; index < count; index++) {
    text += `Person ${index},${address(index)},Springfield\n`
    if (text.length > 1_000_000) {
      if (!out.write(text)) await once(out, 'drain')
      text = ''
    }
  }
  out.end(text)
  await once(out, 'finish')
}

type Ran = { readonly seconds: number; readonly peak: number; readonly code: number | null; readonly out: string; readonly err: string }

const run = (args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const began = performance.now()
    const child = spawn(process.execPath, [bin, 'verify', ...args], {
      env: { ...process.env, NO_COLOR: '1', WHYBOUNCE_STORE: join(folder, 'none') }
    })
    let peak = 0
    const watch = setInterval(() => {
      try {
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024)
      } catch {
        // It has ended.
      }
    }, 100)
    let out = ''
    let err = ''
    child.stdout.on('data', (data) => {
      out += data
    })
    child.stderr.on('data', (data) => {
      err += data
    })
    child.on('close', (code) => {
      clearInterval(watch)
      resolve({ seconds: (performance.now() - began) / 1_000, peak, code, out, err })
    })
  })

const show = (name: string, count: number, unit: string, { seconds, peak, code, out, err }: Ran): void => {
  const rate = Math.round(count / seconds).toLocaleString('en')
  console.log(
    `${name.padEnd(58)}${rate.padStart(10)} ${unit}/s  ${seconds.toFixed(1).padStart(6)} s  ${Math.round(peak).toLocaleString('en').padStart(6)} MB${code === 0 ? '' : `  EXIT ${code}\n${err}`}`
  )
  try {
    console.log(`  ${JSON.stringify(JSON.parse(out).verdicts)}`)
  } catch {
    console.log(out)
  }
}

if (process.argv.includes('--serve-dns')) await serveDns()
else if (process.argv.includes('--serve-mail')) await serveMail(process.argv.at(-1) ?? '')
else {
  const dns = await start('--serve-dns')
  const list = join(folder, 'list.csv')
  const output = join(folder, 'out.csv')
  // Two in five at the large providers, the others spread over all domains; one in a hundred with a slip.
  await writeList(list, rows, (index) => {
    if (index % 100 === 99) return `user${index}@gmial.com`
    return index % 5 < 2 ? `user${index}@${large[index % large.length]}` : `user${index}@company${index % domains}.com`
  })
  show(`syntax alone, ${rows.toLocaleString('en')} rows`, rows, 'rows', await run([list, '-o', output, '--checks', 'syntax', '--json']))
  show(`syntax, MX of ${domains.toLocaleString('en')} domains`, rows, 'rows', await run([list, '-o', output, '--dns', dns.told, '--json']))
  const probing = [
    '--probe',
    '--from',
    'probe@probe1.com',
    '--ehlo',
    'probe1.com',
    '--ip',
    '127.0.0.1',
    '--i-know',
    '--allow-private',
    '--dns',
    dns.told,
    '--json'
  ]
  const probed = join(folder, 'probes.csv')
  await writeList(probed, probes, (index) => `user${index}@probe${index % 2_000}.com`)
  for (const kind of ['friendly', 'smtp-server']) {
    const mail = await start('--serve-mail', kind)
    const result = await run([probed, '-o', join(folder, `${kind}.csv`), ...probing, '--port', mail.told, '--unlimited'])
    show(`probing without budgets, ${servers} servers (${kind})`, probes, 'rcpt', result)
    if (kind === 'friendly') {
      const few = join(folder, 'few.csv')
      await writeList(few, withinBudgets, (index) => `user${index}@probe${index % 2_000}.com`)
      show(
        'probing within budgets (20 a minute and operator)',
        withinBudgets,
        'rcpt',
        await run([few, '-o', join(folder, 'few-out.csv'), ...probing, '--port', mail.told])
      )
    }
    mail.child.kill()
  }
  dns.child.kill()
  rmSync(folder, { recursive: true, force: true })
}
