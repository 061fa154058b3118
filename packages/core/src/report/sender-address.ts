import { quotedIp } from '../reply/facts.ts'

/**
 * From which of our addresses an event was sent. In this order: the caller's mapping of services; the address that the log names; the one
 * that the other side quotes in its reply. A service (`postfix/smtp-out3/smtp` on `mta1`) whose first replies quote one address and no
 * other has that address for all that it sends; where they quote several, each reply counts for itself.
 */
export type SenderAddresses = {
  /** A key: `=192.0.2.1`, or the service's, of which `resolve` knows the address later. */
  readonly keyOf: (origin: Origin, reply: string | undefined) => string
  readonly resolve: (key: string) => { readonly ip: string | undefined; readonly service: string | undefined }
}

type Origin = { readonly host?: string | undefined; readonly program?: string | undefined; readonly localIp?: string | undefined }

type Service = {
  readonly key: string
  readonly name: string | undefined
  /** By the caller's mapping. */
  readonly mapped: string | undefined
  quotes: number
  quoted: string | undefined
  mixed: boolean
}

/** Replies that quote the same address before the rest of the service's is believed to come from it, and how many are looked at after. */
const enough = 32
const every = 16
/** Fewer quotes than this prove nothing of the replies that quote none. */
const least = 3
/** No machine runs more services that send. */
const mostServices = 10_000

/** `smtp-out3` of `postfix/smtp-out3/smtp`, `out` of `out/smtp`; none in `postfix/smtp`, `exim`. */
const serviceOf = (program: string | undefined): string | undefined => {
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
      const name = serviceOf(program)
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

  const quotedKey = (service: Service, reply: string): string => {
    const isSettled = !service.mixed && service.quotes >= enough
    if (isSettled && service.quotes++ % every !== 0) return service.key
    const ip = quotedIp(reply, undefined)
    if (ip === undefined) return service.key
    if (!isSettled) service.quotes++
    service.quoted ??= ip
    if (ip === service.quoted) return service.mixed ? `=${ip}` : service.key
    // What was sent before went out from the first address, as far as it was told.
    service.mixed = true
    return `=${ip}`
  }

  return {
    keyOf: ({ host, program, localIp }, reply) => {
      const service = serviceFor(host, program)
      if (service.mapped !== undefined) return service.key
      if (localIp !== undefined) return `=${localIp}`
      return reply === undefined ? service.key : quotedKey(service, reply)
    },
    resolve: (key) => {
      if (key.startsWith('=')) return { ip: key.slice(1), service: undefined }
      const service = services.get(key)
      const ip = service?.mapped ?? (service !== undefined && !service.mixed && service.quotes >= least ? service.quoted : undefined)
      return { ip, service: service?.name }
    }
  }
}
