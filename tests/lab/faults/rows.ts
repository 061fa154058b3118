import { type Domain, domain } from '../domains.ts'
import type { Fault } from '../fault.ts'
import type { Zone } from '../zones.ts'

/** A fault of what a domain publishes, `ID-lab.net` where it has a zone of its own. */
export type Row = readonly [id: string, what: string, codes: Fault['codes'], zone?: Domain | undefined, more?: Partial<Fault>]

/** Faults out of rows; their zones are put into `zones`. */
export const faultsOf = (
  area: Fault['area'],
  rows: readonly Row[],
  zones: Record<string, Zone>,
  options: readonly string[] = []
): readonly Fault[] =>
  rows.map(([id, what, codes, zone, more]) => {
    const name = `${id}-lab.net`
    if (zone !== undefined) zones[name] = domain(name, zone)
    return { id, area, what, madeWith: 'NSD, Unbound', args: [name, ...options], codes, ...more }
  })
