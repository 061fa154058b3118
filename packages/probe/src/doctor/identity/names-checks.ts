import { finding } from '@whybounce/core/finding'
import { plainName } from '../../dns/wire-name.ts'
import { checkEhloName, checkReverseName, type ReverseCheck } from '../../self-check/host-names.ts'
import { routeCodes } from '../../self-check/sender-domain.ts'
import type { Check, Context } from '../check.ts'
import { looksAtEhlo, looksAtSender, ownAddresses, wantedName } from './names-own.ts'

const reverseOf = (context: Context, ip: string): Promise<ReverseCheck> =>
  context.once(`reverse ${ip}`, () => checkReverseName(context.query, ip, wantedName(context)))

export const namesChecks: readonly Check[] = [
  {
    id: 'own-address',
    stage: 'identity',
    title: 'Address that servers see',
    wanted: looksAtSender,
    run: async (context, report) => {
      for (const found of (await ownAddresses(context)).findings) report(found)
    }
  },
  {
    id: 'reverse-name',
    stage: 'identity',
    title: 'Reverse DNS name',
    wanted: looksAtSender,
    run: async (context, report) => {
      const { ips } = await ownAddresses(context)
      if (ips.length === 0) report('ptr.not-asked', ['the own address is not known'])
      await Promise.all(
        ips.map(async (ip) => {
          const check = await reverseOf(context, ip)
          for (const found of [check.finding, ...check.also]) report({ ...found, about: ip })
        })
      )
    }
  },
  {
    id: 'ehlo-name',
    stage: 'identity',
    title: 'EHLO name',
    wanted: looksAtEhlo,
    run: async (context, report) => {
      const { ehloName } = context.options
      const [ip] = (await ownAddresses(context)).ips
      const reverse = ip === undefined ? undefined : reverseOf(context, ip)
      report({ ...(await checkEhloName(context.query, ehloName, ip, reverse)), about: ehloName })
    }
  },
  {
    id: 'way-back',
    stage: 'identity',
    title: 'Way back to the sender',
    // The receiving side of a domain that is the target is examined by itself.
    wanted: ({ sender, receiver }) => sender !== undefined && sender !== receiver,
    run: async (context, report) => {
      const domain = plainName(context.sender ?? '')
      const { status, evidence } = await context.route(domain)
      report({ ...finding(routeCodes[status], evidence, { domain, ehlo: wantedName(context) }), about: domain })
    }
  }
]
