import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** PEM. */
export type Certificate = { readonly key: string; readonly cert: string }

type Issuer = { readonly name: string; readonly key: KeyObject }

// DER (X.690): tag, length, content.
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const hex = content.length.toString(16)
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const octets = (content: Uint8Array): Buffer => der(0x04, content)
const utcTime = (time: Date): Buffer => der(0x17, Buffer.from(`${time.toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`))
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
const commonName = (name: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))))

const day = 86_400_000

/**
 * A certificate (RFC 5280) for names, made here so that tests need no tool and no files: P-256, valid from `from` to `to`
 * days off today, signed by `issuer` or by itself.
 */
export const makeCertificate = (
  subject: string,
  names: readonly string[],
  { from = -1, to = 30, issuer }: { from?: number; to?: number; issuer?: Issuer | undefined } = {}
): Certificate & { readonly privateKey: KeyObject } => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const isAuthority = names.length === 0
  const extension = isAuthority
    ? sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), octets(sequence(der(0x01, Buffer.from([0xff])))))
    : sequence(oid('551d11'), octets(sequence(...names.map((name) => der(0x82, Buffer.from(name))))))
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer?.name ?? subject),
    sequence(utcTime(new Date(Date.now() + from * day)), utcTime(new Date(Date.now() + to * day))),
    commonName(subject),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension))
  )
  const signature = sign('sha256', body, issuer?.key ?? privateKey)
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return {
    privateKey,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
  }
}

export type Certificates = Readonly<
  Record<'authority' | 'good' | 'expired' | 'notYet' | 'otherName' | 'selfSigned' | 'wildcard', Certificate>
>

/** Of an authority made for this run, for `mx.example.com` (but `otherName`, `wildcard`). */
export const makeCertificates = (): Certificates => {
  const authority = makeCertificate('Test Authority', [])
  const issuer = { name: 'Test Authority', key: authority.privateKey }
  const host = 'mx.example.com'
  return {
    authority,
    good: makeCertificate(host, [host, 'mail.example.com'], { issuer }),
    expired: makeCertificate(host, [host], { from: -60, to: -1, issuer }),
    notYet: makeCertificate(host, [host], { from: 1, to: 60, issuer }),
    otherName: makeCertificate('mx.example.net', ['mx.example.net'], { issuer }),
    wildcard: makeCertificate('*.example.com', ['*.example.com'], { issuer }),
    selfSigned: makeCertificate(host, [host])
  }
}
