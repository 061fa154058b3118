import type { PortCloser } from '@whybounce/core'
import { readStart } from '../machine/read-start.ts'

/** What the kernel shows of the machine it runs on: file to its text. */
export type MachineMarks = Readonly<Record<string, string>>

const folder = '/sys/class/dmi/id'
const files = ['sys_vendor', 'board_vendor', 'product_name', 'bios_vendor', 'bios_version', 'chassis_asset_tag'] as const
/** Reads DMI and the hypervisor's id. Nobody is asked: a metadata service would hear of it. Empty where there is nothing. */
export const readMachineMarks = async (): Promise<MachineMarks> => {
  const paths = [...files.map((name) => [name, `${folder}/${name}`] as const), ['hypervisor_uuid', '/sys/hypervisor/uuid'] as const]
  return Object.fromEntries(await Promise.all(paths.map(async ([name, path]) => [name, (await readStart(path)).trim()] as const)))
}

/** The cloud that a machine is one of, among those known to close ports; undefined where it is none of them or does not say. */
export const cloudOf = (marks: MachineMarks, closers: readonly PortCloser[]): PortCloser | undefined =>
  closers.find(({ dmi }) => dmi.some(({ file, begins }) => marks[file]?.toLowerCase().startsWith(begins.toLowerCase()) === true))
