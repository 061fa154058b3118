import type { Fault } from './fault.ts'
import { dnsFaults } from './faults/dns.ts'
import { identityFaults } from './faults/identity.ts'
import { loginFaults } from './faults/login.ts'
import { machineFaults } from './faults/machine.ts'
import { messageFaults } from './faults/message.ts'
import { reputationFaults } from './faults/reputation.ts'
import { serverFaults } from './faults/server.ts'
import { spfFaults } from './faults/spf.ts'
import { daneFaults, mtaStsFaults, tlsFaults } from './faults/tls.ts'
import { waysOutFaults } from './faults/ways-out.ts'

/** All faults of the lab: tests/doctor-lab.test.ts makes them, docs/doctor-faults.md lists them. */
export const faults: readonly Fault[] = [
  ...waysOutFaults,
  ...machineFaults,
  ...dnsFaults,
  ...serverFaults,
  ...tlsFaults,
  ...mtaStsFaults,
  ...daneFaults,
  ...loginFaults,
  ...identityFaults,
  ...spfFaults,
  ...reputationFaults,
  ...messageFaults
]
