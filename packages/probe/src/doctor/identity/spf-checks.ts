import { plainName } from '../../dns/wire-name.ts'
import { isHostName } from '../../self-check/host-names.ts'
import type { Check } from '../check.ts'
import { looksAtEhlo, looksAtSender, ownAddresses } from './names-own.ts'
import { reportSpfAddress, reportSpfEhlo } from './spf-address.ts'
import { reportSpfTree } from './spf-leads.ts'
import { reportSpfRecord } from './spf-record.ts'

export const spfChecks: readonly Check[] = [
  {
    id: 'spf',
    stage: 'identity',
    title: 'SPF record',
    wanted: ({ sender }) => sender !== undefined,
    run: async (context, report) => {
      const domain = plainName(context.sender ?? '')
      await reportSpfRecord(context, domain, report)
      await reportSpfTree(context, domain, report)
    }
  },
  {
    id: 'spf-address',
    decides: ({ options }) => options.ip !== undefined,
    stage: 'identity',
    title: 'SPF for the sending address',
    wanted: (context) => context.sender !== undefined && looksAtSender(context),
    run: async (context, report) => {
      const domain = plainName(context.sender ?? '')
      for (const ip of (await ownAddresses(context)).ips) await reportSpfAddress(context, domain, ip, report)
    }
  },
  {
    id: 'spf-ehlo',
    stage: 'identity',
    title: 'SPF for the EHLO name',
    wanted: (context) =>
      looksAtEhlo(context) && isHostName(context.options.ehloName) && plainName(context.options.ehloName) !== context.sender,
    run: async (context, report) => {
      for (const ip of (await ownAddresses(context)).ips) await reportSpfEhlo(context, plainName(context.options.ehloName), ip, report)
    }
  }
]
