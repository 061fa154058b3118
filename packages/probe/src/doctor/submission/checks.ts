import type { Check } from '../check.ts'
import { checkLogin } from './login.ts'
import { checkOffers } from './offered.ts'

export const submissionChecks: readonly Check[] = [
  {
    id: 'auth-offered',
    stage: 'authentication',
    title: 'Kinds of login',
    wanted: ({ target }) => target.kind === 'host',
    run: checkOffers
  },
  {
    id: 'login',
    decides: () => true,
    stage: 'authentication',
    title: 'Login',
    wanted: ({ target, options }) => target.kind === 'host' && options.credentials !== undefined,
    run: checkLogin
  }
]
