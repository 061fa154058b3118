import { type RequestOptions, request } from 'node:https'
import { isIPv4 } from 'node:net'

/** What fetching a policy came to (RFC 8461 §3.3). All strings are the other side's. */
export type Fetched =
  | { readonly kind: 'policy'; readonly text: string; readonly contentType: string }
  | { readonly kind: 'status'; readonly status: number }
  /** Never followed: RFC 8461 §3.3. */
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  | { readonly kind: 'bad-certificate'; readonly problem: string }
  | { readonly kind: 'unreachable'; readonly problem: string }
  | { readonly kind: 'stalled' | 'too-long' }

/** Bytes: RFC 8461 §3.3 suggests 64 kilobytes. */
const maxPolicy = 65_536
/** Milliseconds for everything. RFC 8461 §3.3 suggests a minute; senders wait less. */
const fetchTimeout = 10_000
/** Addresses that are tried. */
const maxAddresses = 4

/** Codes of OpenSSL and Node for a certificate that is not valid. */
const certificateCode = /CERT|UNABLE_TO_|SELF_SIGNED|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH/

/**
 * Fetches `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` from the addresses given, whatever the system's resolver says. The certificate
 * must be valid for the name. Bounded in bytes and time; never rejects.
 */
export const fetchPolicy = (
  host: string,
  addresses: readonly string[],
  options: {
    readonly roots?: readonly string[]
    readonly signal: AbortSignal
    readonly port?: number
    readonly timeout?: number
  }
): Promise<Fetched> =>
  new Promise((resolve) => {
    const late = AbortSignal.timeout(options.timeout ?? fetchTimeout)
    const known = addresses.slice(0, maxAddresses).map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }))
    const lookup: RequestOptions['lookup'] = (_name, { all }, done) => {
      const [first] = known
      if (first === undefined) done(new Error('no address'), '', 4)
      else if (all === true) done(null, known)
      else done(null, first.address, first.family)
    }
    const end = (fetched: Fetched): void => {
      resolve(fetched)
      sent.destroy()
    }
    const failed = (error: NodeJS.ErrnoException): void => {
      const code = error.code ?? ''
      const problem = `${code === '' ? '' : `${code}: `}${error.message}`
      if (late.aborted) end({ kind: 'stalled' })
      else end({ kind: certificateCode.test(code) ? 'bad-certificate' : 'unreachable', problem })
    }
    const sent = request({
      host,
      port: options.port ?? 443,
      path: '/.well-known/mta-sts.txt',
      servername: host,
      lookup,
      agent: false,
      signal: AbortSignal.any([late, options.signal]),
      headers: { accept: 'text/plain' },
      ...(options.roots === undefined ? {} : { ca: [...options.roots] })
    })
    sent.on('error', failed)
    // A server that answers 101 is closed by Node without an error.
    sent.on('close', () => resolve({ kind: 'unreachable', problem: 'the connection was closed' }))
    sent.on('response', (response) => {
      const { statusCode: status = 0, headers } = response
      if (status >= 300 && status < 400) return end({ kind: 'redirect', status, location: headers.location ?? '' })
      if (status !== 200) return end({ kind: 'status', status })
      const parts: Buffer[] = []
      let length = 0
      response.on('data', (part: Buffer) => {
        length += part.length
        if (length > maxPolicy) end({ kind: 'too-long' })
        else parts.push(part)
      })
      response.on('error', failed)
      response.on('end', () =>
        end({ kind: 'policy', text: Buffer.concat(parts).toString('utf8'), contentType: headers['content-type'] ?? '' })
      )
    })
    sent.end()
  })
