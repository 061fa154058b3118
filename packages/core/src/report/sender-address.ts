import { kept } from '../log/syslog-join.ts'
import { quotedIp } from '../reply/facts.ts'

/**
 * From which of our addresses an event was sent. In this order: the caller's mapping of services; the address that the log names; the one
 * that the other side quotes in its reply. A service (`postfix/smtp-out3/smtp` on `mta1`) whose first replies quote one address and no
 * other has that address for all that it sends; where they quote several, each reply counts for itself.
 */
export type SenderAddresses = {
  /** A key: `=192.0.2.1`, or the service's, of which `resolve` knows the address later. */
  readonly keyOf: (origin: Origin, reply: string | undefined) => string
  /** The address that the reply of the last key quoted. */
  readonly quoted: () => string | undefined
  /** For those who look for the quote themselves; `mixed`: the service has several addresses, and its key stands for the first one. */
  readonly serviceOf: (host: string | undefined, program: string | undefined) => Service
  /** `allQuoted`: everything that is meant quoted an address itself, so that few quotes are enough. */
  readonly resolve: (key: string, allQuoted?: boolean) => { readonly ip: string | undefined; readonly service: string | undefined }
}

type Origin = { readonly host?: string | undefined; readonly program?: string | undefined; readonly localIp?: string | undefined }

/** A service that sends. */
type Service = {
  readonly key: string
  readonly name: string | undefined
  /** By the caller's mapping. */
  readonly mapped: string | undefined
  quotes: number
  quoted: string | undefined
  mixed: boolean
}

/** Fewer quotes than this prove nothing of the replies that quote none. */
const least = 3
/** No machine runs more services that send. */
const mostServices = 10_000

/** `smtp-out3` of `postfix/smtp-out3/smtp`, `out` of `out/smtp`; none in `postfix/smtp`, `exim`. */
const serviceNameOf = (program: string | undefined): string | undefined => {
  const parts = program?.split('/') ?? []
  if (parts.length >= 3) return parts.slice(1, -1).join('/')
  return parts.length === 2 && parts[0] !== 'postfix' ? parts[0] : undefined
}

export const openSenderAddresses = (mapping: Readonly<Record<string, string>> = {}): SenderAddresses => {
  const known = new Map(Object.entries(mapping))
  const services = new Map<string, Service>()
  const last: { host: string | undefined; program: string | undefined; service: Service | undefined } = {
    host: undefined,
    program: undefined,
    service: undefined
  }

  const mappedTo = (host: string | undefined, program: string | undefined, name: string | undefined): string | undefined => {
    for (const key of [`${host}/${name}`, name, program, program?.slice(program.lastIndexOf('/') + 1), host])
      if (key !== undefined && known.has(key)) return known.get(key)
    return undefined
  }

  const serviceFor = (host: string | undefined, program: string | undefined): Service => {
    if (last.service !== undefined && last.host === host && last.program === program) return last.service
    const key = `${host ?? ''}\n${program ?? ''}`
    let service = services.get(key)
    if (service === undefined) {
      const name = serviceNameOf(program)
      const full = services.size >= mostServices
      service = {
        key: full ? '\n' : key,
        name: full ? undefined : name,
        mapped: mappedTo(host, program, name),
        quotes: 0,
        quoted: undefined,
        mixed: full
      }
      if (!full) services.set(key, service)
    }
    last.host = host
    last.program = program
    last.service = service
    return service
  }

  let quotedNow: string | undefined

  const quotedKey = (service: Service, ip: string): string => {
    service.quotes++
    service.quoted ??= kept(ip)
    if (ip === service.quoted) return service.mixed ? `=${ip}` : service.key
    // What was sent before went out from the first address, as far as it was told.
    service.mixed = true
    return `=${ip}`
  }

  return {
    keyOf: ({ host, program, localIp }, reply) => {
      quotedNow = reply === undefined ? undefined : quotedIp(reply, undefined)
      const service = serviceFor(host, program)
      if (service.mapped !== undefined) return service.key
      if (localIp !== undefined) return `=${localIp}`
      return quotedNow === undefined ? service.key : quotedKey(service, quotedNow)
    },
    quoted: () => quotedNow,
    serviceOf: serviceFor,
    resolve: (key, allQuoted = false) => {
      if (key.startsWith('=')) return { ip: key.slice(1), service: undefined }
      const service = services.get(key)
      if (service === undefined) return { ip: undefined, service: undefined }
      const { mapped, mixed, quotes, quoted, name } = service
      // Replies that quote another address than the first one have keys of their own.
      return { ip: mapped ?? (allQuoted || (!mixed && quotes >= least) ? quoted : undefined), service: name }
    }
  }
}
