import { join } from 'node:path'
import { z } from 'zod'
import { type Submission, type SubmissionProvider, submissionLogins } from '../../packages/core/src/knowledge/submission.ts'
import { lineOf, type Problem, readToml } from './read.ts'
import { day, source } from './shapes.ts'

const host = z.string().regex(/^(?:\*|[a-z0-9-]+)(?:\.(?:\*|[a-z0-9-]+))+$/, 'is no host name in lower case')
const ports = z.array(z.int().min(1).max(65_535))

const shape = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    name: z.string().min(1),
    'known-as': z.array(z.string()).optional(),
    hosts: z.array(host).min(1),
    domains: z.array(z.string().regex(/^[a-z0-9-]+(?:\.(?:\*|[a-z0-9-]+))+$/)).optional(),
    mistaken: z.array(host).optional(),
    starttls: ports,
    implicit: ports,
    login: z.enum(submissionLogins),
    mechanisms: z.array(z.string()).optional(),
    user: z.string().min(1),
    'user-is': z.string().min(1).optional(),
    oauth: z.literal(true).optional(),
    advice: z.string().regex(/\.$/, 'is no sentence'),
    ends: z.string().regex(/\.$/, 'is no sentence').optional(),
    help: z.url({ protocol: /^https$/ }).optional(),
    source,
    verified: day
  })
  .refine(({ starttls, implicit }) => starttls.length + implicit.length > 0, 'has no port')
  .refine(({ starttls, implicit }) => starttls.every((port) => !implicit.includes(port)), 'a port begins TLS in one way only')
  .refine(({ login, oauth }) => login !== 'oauth' || oauth === true, 'takes tokens only, and none')

/** Reads knowledge/submission.toml. A host belongs to one provider, or to one for users of some domains and one for the others. */
export const readSubmission = (root: string, problems: Problem[]): Submission => {
  const file = readToml(join(root, 'submission.toml'), problems)
  if (file === undefined) return []
  const providers: SubmissionProvider[] = []
  for (const key of Object.keys(file.data))
    if (key !== 'provider') problems.push({ file: file.path, line: 1, message: `${key} is no table of this file` })
  for (const raw of Array.isArray(file.data.provider) ? file.data.provider : []) {
    const id = typeof raw?.id === 'string' ? raw.id : ''
    const wrong = (message: string): void =>
      void problems.push({ file: file.path, line: lineOf(file.text, 'id', id), message: `${id}: ${message}` })
    const read = shape.safeParse(raw)
    if (!read.success) {
      for (const { path, message } of read.error.issues) wrong(`${path.join('.')} ${message}`.trim())
      continue
    }
    const { 'user-is': userIs, 'known-as': knownAs, ...rest } = read.data
    if (providers.some((other) => other.id === id)) wrong('stands here twice')
    for (const name of rest.hosts) {
      const same = providers.find((other) => other.hosts.includes(name) && (other.domains === undefined) === (rest.domains === undefined))
      if (same !== undefined) wrong(`${name} is a host of ${same.id} too`)
      if (rest.mistaken?.includes(name) === true) wrong(`${name} is right and mistaken at once`)
    }
    // Zod's optional fields may hold undefined by their type, and never do.
    providers.push({
      ...rest,
      ...(userIs === undefined ? {} : { userIs }),
      ...(knownAs === undefined ? {} : { knownAs })
    } as SubmissionProvider)
  }
  return providers
}
