import { expect, test } from 'vitest'
import { deferred, event, reportOf } from '../../../../tests/report/report-events.ts'

test.each([
  ['Postfix, by amavis', '127.0.0.1', '250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4Cabc2'],
  ['Exim, by amavis', '127.0.0.1', '250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 OK id=1vLbbb-0001bb-11'],
  ['sendmail', 'localhost.localdomain', 'Sent (5AKA01cd002002 Message accepted for delivery)'],
  ['OpenSMTPD', 'localhost', '250 2.0.0 1f2e3d4c Message accepted for delivery'],
  ['qmail', '127.0.0.1', '250 ok 1763632802 qp 4711'],
  ['amavis, which drops it', '127.0.0.1', '250 2.7.0 Ok, discarded, id=00800-02 - INFECTED: Eicar-Test-Signature'],
  ['a .forward file of Postfix', undefined, 'forwarded as 4Cabc2'],
  ['a .qmail file', undefined, 'did 0+1+0/qp 1005/']
])('%s takes a message here and tells of it again: no delivery', (_, remoteMta, diagnosticCode) => {
  for (const kind of ['delivered', 'relayed'] as const) {
    const report = reportOf([deferred(), event({ kind, diagnosticCode, ...(remoteMta === undefined ? {} : { remoteMta }) })])
    expect(report).toMatchObject({ handedOn: 1, messages: { delivered: 0, deferred: 0 }, attempts: { delivered: 0, deferred: 1 } })
    expect(report.causes[0]).toMatchObject({ recovered: 1, waiting: 0 })
  }
})

test.each([
  ['a mailbox by LMTP', '127.0.0.1', '250 2.0.0 <b@example.com> 0Ab1Cd Saved'],
  ['another server', 'mx.example.net', '250 2.0.0 Ok: queued as 4Xyz'],
  ['a mailbox and a forward', undefined, 'did 1+1+0/qp 1005/']
])('%s has the message: a delivery', (_, remoteMta, diagnosticCode) => {
  const report = reportOf([event({ diagnosticCode, ...(remoteMta === undefined ? {} : { remoteMta }) })])
  expect(report).toMatchObject({ handedOn: 0, messages: { delivered: 1 } })
})
