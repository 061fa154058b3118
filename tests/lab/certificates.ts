import { execFileSync } from 'node:child_process'
import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, makeCertificate } from '../smtp/certificates.ts'
import type { CertificateKind, Host } from './hosts.ts'

export type LabCertificates = {
  /** A file with the authority's certificate: for `--tls-ca`. */
  readonly authorityFile: string
  /** The chain as servers send it, and its key. */
  readonly of: (name: string) => Certificate
}

/** In the folder: the certificates above those of the hosts. */
export const issuersFile = 'issuers.pem'

/**
 * Certificates of an authority made for this run, by way of one between (as all public authorities have it). Servers read them from
 * `FOLDER/ADDRESS.crt` and `.key`, the address being the one that they were called at, with `-` for the colons of IPv6: in Exim's
 * option a colon parts two files.
 */
export const makeLabCertificates = (
  folder: string,
  hosts: Readonly<Record<string, Host>>,
  names: Readonly<Record<string, CertificateKind>>
): LabCertificates => {
  mkdirSync(folder, { recursive: true })
  const authority = makeCertificate('Lab Authority', [])
  const between = makeCertificate('Lab Issuer', [], { issuer: { name: 'Lab Authority', key: authority.privateKey } })
  const issuer = { name: 'Lab Issuer', key: between.privateKey }
  const authorityFile = join(folder, 'authority.pem')
  writeFileSync(authorityFile, authority.cert)
  // Servers that take the certificates above their own from another file.
  writeFileSync(join(folder, issuersFile), `${between.cert}${authority.cert}`)

  const make = (name: string, kind: CertificateKind): Certificate => {
    const withChain = ({ key, cert }: Certificate): Certificate => ({ key, cert: `${cert}${between.cert}` })
    switch (kind) {
      case 'good':
        return withChain(makeCertificate(name, [name], { issuer, to: 90 }))
      case 'expired':
        return withChain(makeCertificate(name, [name], { issuer, from: -90, to: -5 }))
      case 'not-yet':
        return withChain(makeCertificate(name, [name], { issuer, from: 5, to: 90 }))
      case 'soon':
        return withChain(makeCertificate(name, [name], { issuer, from: -85, to: 4 }))
      case 'other-name':
        return withChain(makeCertificate('www.other-lab.net', ['www.other-lab.net'], { issuer, to: 90 }))
      case 'self-signed':
        return makeCertificate(name, [name], { to: 90 })
      case 'incomplete':
        return makeCertificate(name, [name], { issuer, to: 90 })
      case 'untrusted': {
        const other = makeCertificate('Other Authority', [])
        const { key, cert } = makeCertificate(name, [name], { issuer: { name: 'Other Authority', key: other.privateKey }, to: 90 })
        return { key, cert: `${cert}${other.cert}` }
      }
      case 'weak': {
        const [key, cert] = [join(folder, 'weak.key'), join(folder, 'weak.crt')]
        // biome-ignore format: a command line
        execFileSync('/usr/bin/openssl', ['req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-keyout', key, '-out', cert, '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-days', '90'], { stdio: 'ignore' })
        return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
      }
    }
  }

  const made = new Map<string, Certificate>()
  const add = (name: string, kind: CertificateKind, addresses: readonly string[]): void => {
    const certificate = make(name, kind)
    made.set(name, certificate)
    for (const address of addresses.map((one) => one.replaceAll(':', '-'))) {
      writeFileSync(join(folder, `${address}.crt`), certificate.cert)
      writeFileSync(join(folder, `${address}.key`), certificate.key)
      // Servers read it as users of their own.
      chmodSync(join(folder, `${address}.key`), 0o644)
    }
  }
  for (const [name, { address, address6, certificate }] of Object.entries(hosts))
    add(name, certificate ?? 'good', [address, ...(address6 === undefined ? [] : [address6])])
  for (const [name, kind] of Object.entries(names)) add(name, kind, [])

  return {
    authorityFile,
    of: (name) => {
      const certificate = made.get(name)
      if (certificate === undefined) throw new TypeError(`no certificate was made for ${name}`)
      return certificate
    }
  }
}

/** `3 1 1 …`: the data of a TLSA record (RFC 6698) for the key of a certificate, as RFC 7672 §3.1 has it for mail. */
export const tlsaOf = ({ cert }: Certificate): string => {
  const key = createPublicKey(new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'pem' }))
  return `3 1 1 ${createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')}`
}
