import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { Certificate } from '../smtp/certificates.ts'
import { listenSmtp } from '../smtp/scripted-server.ts'
import { policies, policyAddress } from './policies.ts'
import { scriptedServices } from './scripts.ts'

/**
 * A program of its own, that runs in the server's namespace: all scripted mail servers, and the web server of MTA-STS policies.
 * Its argument is a file with the certificates by name.
 */
const certificates = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Readonly<Record<string, Certificate>>
const of = (name: string): Certificate => {
  const certificate = certificates[name]
  if (certificate === undefined) throw new TypeError(`no certificate for ${name}`)
  return certificate
}

for (const { address, port, script } of scriptedServices(of)) await listenSmtp(script, address, port)

const server = createServer({
  SNICallback: (name, done) => {
    const owner = policies[name.replace(/^mta-sts\./, '')]?.certificateOf ?? name
    done(null, createSecureContext(of(owner)))
  }
})
server.on('request', (request, response) => {
  const policy = policies[(request.headers.host ?? '').replace(/^mta-sts\./, '')]
  if (policy?.stalls === true) return
  const found = policy?.text !== undefined && request.url === '/.well-known/mta-sts.txt'
  response.writeHead(policy?.status ?? (found ? 200 : 404), {
    'content-type': policy?.contentType ?? 'text/plain',
    ...(policy?.location === undefined ? {} : { location: policy.location })
  })
  response.end(found ? policy.text : '')
})
server.on('tlsClientError', () => {})
server.listen(443, policyAddress)
