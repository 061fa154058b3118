/** What `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` does, all at one address. */
export type Policy = {
  readonly text?: string
  readonly status?: number
  readonly location?: string
  /** Takes the request and never answers. */
  readonly stalls?: true
  /** Whose certificate it shows; that of `mta-sts.DOMAIN` where nothing is said. */
  readonly certificateOf?: string
  readonly contentType?: string
}

export const policyAddress = '44.128.60.1'

const policy = (mx: readonly string[], mode = 'enforce', maxAge = 604_800): string =>
  ['version: STSv1', `mode: ${mode}`, ...mx.map((host) => `mx: ${host}`), `max_age: ${maxAge}`, ''].join('\r\n')

const healthy = ['mx1.healthy-lab.net', 'mx2.healthy-lab.net']

export const policies: Readonly<Record<string, Policy>> = {
  'healthy-lab.net': { text: policy(healthy) },
  'sts-missing-lab.net': { status: 404 },
  'sts-wrong-mx-lab.net': { text: policy(['mail.sts-wrong-mx-lab.net']) },
  'sts-wrong-mx-testing-lab.net': { text: policy(['mail.sts-wrong-mx-testing-lab.net'], 'testing') },
  'sts-redirect-lab.net': { status: 301, location: 'https://mta-sts.healthy-lab.net/.well-known/mta-sts.txt' },
  'sts-stalled-lab.net': { stalls: true },
  'sts-bad-certificate-lab.net': { text: policy(healthy), certificateOf: 'mta-sts.healthy-lab.net' },
  'sts-bad-policy-lab.net': { text: 'version: STSv1\r\nmode: enforced\r\nmx: mx1.healthy-lab.net\r\n' },
  'sts-short-lab.net': { text: policy(healthy, 'enforce', 600) },
  'sts-html-lab.net': { text: policy(healthy), contentType: 'text/html' },
  'sts-too-long-lab.net': { text: `${policy(healthy)}${'x: y\r\n'.repeat(20_000)}` },
  'sts-record-lab.net': { text: policy(healthy) },
  'sts-old-certificate-lab.net': { text: policy(['mx.sts-old-certificate-lab.net']) }
}
