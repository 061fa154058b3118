/** The shape of what is known of the ways out of a network (knowledge/ways-out.toml): servers to try them with, and who stands in them. */

/** A server of a large operator that is there day and night. */
export type WayOutServer = {
  readonly host: string
  /** Whoever runs it: two servers of one operator prove as much as one. */
  readonly operator: string
  readonly ports: readonly number[]
  /** Offers STARTTLS to everybody, on 25, 587 and 2525. */
  readonly starttls: boolean
  /** Shows a certificate of a public authority that is valid for `host`. */
  readonly certificate: boolean
  readonly source: string
  readonly verified: string
}

/** A program or device that ends TLS connections to look into them, by words in the issuer of the certificates that it makes. */
export type Interceptor = {
  readonly name: string
  readonly issuer: readonly string[]
  readonly source: string
  readonly verified: string
}

export type WaysOut = {
  readonly servers: readonly WayOutServer[]
  readonly interceptors: readonly Interceptor[]
  /** A letter to whoever keeps the port closed; places `{port}`, `{name}`, `{ip}`. */
  readonly request: string
}
