import type { Accepted, Submission } from './hand-in.ts'
import type { LogLab } from './lab.ts'
import { failingDomain, missingDomain, receivers } from './receivers.ts'
import { newsletter, type Sender } from './sender.ts'
import { until } from './waiting.ts'

/** One recipient each, of a message of its own; the local part says which server sent it. */
const alone = (sender: Sender): readonly string[] =>
  [...receivers.map(({ domain }) => domain), missingDomain, failingDomain].map((domain) => `${sender.name}@${domain}`)
/** One message to three, of whom one is refused. */
const together = ({ name }: Sender): readonly string[] => [
  `good.${name}@unknown.example`,
  `bad.${name}@unknown.example`,
  `two.${name}@accepts.example`
]
/** The queue gives up on it. */
const old = ({ name }: Sender): string => `old.${name}@stuck.example`
const stuck = ({ name }: Sender): string => `${name}@stuck.example`
const grey = ({ name }: Sender): string => `${name}@grey.example`
/** Those for whom servers are away or busy until the end. */
export const waiting = ({ name }: Sender): readonly string[] =>
  ['busy.example', 'closed.example', failingDomain].map((domain) => `${name}@${domain}`)
/** Messages of which somebody did not get it. */
export const noticesDue = 9

/** Mail that is refused before it is taken: a relay that is not allowed, and a user that does not exist. */
const refused = ({ port }: Sender): Submission => ({
  port,
  from: '127.0.0.2',
  sender: newsletter,
  recipients: ['somebody@elsewhere.example', 'nobody@sender-lab.example']
})

/** Hands in mail of every kind and waits until it is delivered, lost, or waits for good. What was refused at once is given back. */
export const sendAll = async ({ handIn }: LogLab, sender: Sender): Promise<Accepted> => {
  const message = (...recipients: readonly string[]): Submission => ({
    port: sender.port,
    from: '127.0.0.1',
    sender: newsletter,
    recipients
  })
  handIn([message(old(sender))])
  // The notice comes last: what is stopped before that begins anew, with the patience of later.
  await until(
    `the queue of ${sender.name} has done with the first`,
    () => (sender.name === 'exim' ? sender.attempts(old(sender)) : sender.notices()) > 0
  )
  await sender.bePatient()
  const [reply] = handIn([
    refused(sender),
    message(...together(sender)),
    ...alone(sender).map((each) => ({ ...message(each), size: 5_000 }))
  ])
  const everybody = [...alone(sender), ...together(sender)]
  await until('each is tried', () => everybody.every((each) => sender.attempts(each) > 0))
  await until(
    'each that waits is tried again',
    () => [...waiting(sender), stuck(sender)].every((each) => sender.attempts(each) > 1),
    sender.flush
  )
  await until(`${grey(sender)} is delivered`, () => sender.isDelivered(grey(sender)), sender.flush)
  await until(
    'what is stuck is given up',
    () => sender.isExpired(stuck(sender)) && sender.isExpired(old(sender)),
    () => {
      sender.giveUp(stuck(sender))
      sender.flush()
    }
  )
  await until('notices come', () => sender.notices() === noticesDue)
  if (reply === undefined) throw new Error('no reply')
  return reply
}
