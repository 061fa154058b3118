import { authenticate as verify } from 'mailauth'

/** The parts of mailauth's answer that are looked at. All of its words come from the message, and are no more to be believed than that. */
type Status = {
  readonly result: string
  readonly comment?: string
  readonly aligned?: string | false
  readonly warnings?: readonly string[]
}

export type Authentication = {
  readonly dkim: {
    readonly results: readonly {
      readonly signingDomain?: string
      readonly selector?: string
      readonly status: Status
      readonly modulusLength?: number
    }[]
  }
  readonly spf: { readonly status: Status; readonly domain?: string } | false
  readonly dmarc:
    | {
        readonly status: Status & { readonly header?: { readonly from?: string } }
        readonly policy?: string
        readonly alignment?: { readonly spf: { readonly result?: string }; readonly dkim: { readonly result?: string } }
        readonly error?: string
      }
    | false
  readonly arc: { readonly status: Status; readonly i?: number | false; readonly signature?: { readonly status?: Status } | false } | false
  readonly dmarcSkipReason?: string
}

export type AuthenticateOptions = {
  readonly resolver: (name: string, type: string) => Promise<unknown[]>
  readonly mta: string
  readonly disableBimi: boolean
  readonly rejectRsaSha1?: boolean
  readonly ip?: string
  readonly sender?: string
  readonly helo?: string
}

/** mailauth 7 (RFC 6376, 7208, 8617, 9989). Its published types are wider than its answers in one place and narrower in another. */
export const authenticate = async (message: Buffer, options: AuthenticateOptions): Promise<Authentication> => {
  const { resolver, ...rest } = options
  const answer: unknown = await verify(message, { ...rest, resolver: resolver as (name: string, type: string) => Promise<string[][]> })
  return answer as Authentication
}
