import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const flufl = fileURLToPath(import.meta.resolve('./peers/flufl_bounce.py'))
const bounceParser = fileURLToPath(import.meta.resolve('./peers/bounceparser.pl'))
const nodePeer = fileURLToPath(import.meta.resolve('./peers/node-peer.mjs'))

/** The machine's own Node, which npm builds the native parts of packages for; ours where there is none. */
const ownNode =
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .find((file) => existsSync(file)) ?? process.execPath

export type Peer = {
  readonly name: string
  readonly note: string
  /** It takes the decoded words of a message, not the message. */
  readonly takesText?: true
  readonly install: string
  /** The first that runs is taken. */
  readonly commands: readonly (readonly string[])[]
}

const npmPeers = 'npm install --no-package-lock --prefix bench/peers'

/** Run as they are, by their documentation; their rules and tests were not looked at. */
export const peers: readonly Peer[] = [
  {
    name: 'flufl.bounce (Python)',
    note: 'all_failures of message_from_bytes',
    install: 'apt-get install python3-flufl.bounce',
    commands: [['/usr/bin/python3', flufl]]
  },
  {
    name: 'Mail::DeliveryStatus::BounceParser (Perl)',
    note: 'addresses, with report_non_bounces',
    install: 'apt-get install libmail-deliverystatus-bounceparser-perl',
    commands: [['/usr/bin/perl', bounceParser]]
  },
  {
    name: 'bounce-handler (npm)',
    note: 'parse_email',
    install: npmPeers,
    commands: [[process.execPath, nodePeer, 'bounce-handler']]
  },
  {
    name: 'email-bounce-parser (npm)',
    note: 'read, given the text that postal-mime found',
    takesText: true,
    install: npmPeers,
    commands: [process.execPath, ownNode].map((node) => [node, nodePeer, 'email-bounce-parser'])
  }
]

export type PeerFigures = { readonly rounds: readonly number[]; readonly found: number; readonly failed: number; readonly on: string }

const isFigures = (value: unknown): value is PeerFigures =>
  typeof value === 'object' && value !== null && 'rounds' in value && Array.isArray(value.rounds) && 'found' in value && 'failed' in value

/** What a program of ours prints on its last line; undefined where it does not run or takes more than five minutes. */
export const runForJson = (command: readonly string[]): unknown => {
  const [program = '', ...args] = command
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 300_000, stdio: ['ignore', 'pipe', 'ignore'] })
  if (status !== 0) return undefined
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  } catch {
    return undefined
  }
}

/** Undefined: not installed, or it does not run here. */
export const measurePeer = (peer: Peer, folder: string, seconds: number): PeerFigures | undefined => {
  for (const command of peer.commands) {
    const figures = runForJson([...command, folder, String(seconds)])
    if (isFigures(figures)) return figures
  }
  return undefined
}
