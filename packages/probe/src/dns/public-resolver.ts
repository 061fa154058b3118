import { blocklists } from '@whybounce/core'
import { sameAddress } from '../self-check/reverse-address.ts'
import { parseServerAddress } from './name-server.ts'

/**
 * The name of the public resolver (knowledge/blocklists.toml) that is among these servers (`address:port`), undefined where none is
 * known to be one. What a server inside the own network passes its questions on to cannot be seen.
 */
export const publicResolverOf = (servers: readonly string[]): string | undefined => {
  const addresses = servers.map((server) => parseServerAddress(server)?.address ?? '')
  return (blocklists.publicResolvers ?? []).find((one) => one.addresses.some((known) => addresses.some((used) => sameAddress(known, used))))
    ?.name
}
