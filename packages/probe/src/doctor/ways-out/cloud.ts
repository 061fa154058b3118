import { open } from 'node:fs/promises'
import type { PortCloser } from '@whybounce/core'

/** What the kernel shows of the machine it runs on: file to its text. */
export type MachineMarks = Readonly<Record<string, string>>

const folder = '/sys/class/dmi/id'
const files = ['sys_vendor', 'board_vendor', 'product_name', 'bios_vendor', 'bios_version', 'chassis_asset_tag'] as const
/** Bytes: the names of vendors are short. */
const maxMark = 256

const readMark = async (path: string): Promise<string> => {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxMark), 0, maxMark, 0)
      return buffer.toString('latin1', 0, bytesRead).trim()
    } finally {
      await file.close()
    }
  } catch {
    // Not this kind of machine, or not for us to read.
    return ''
  }
}

/** Reads DMI and the hypervisor's id. Nobody is asked: a metadata service would hear of it. Empty where there is nothing. */
export const readMachineMarks = async (): Promise<MachineMarks> => {
  const paths = [...files.map((name) => [name, `${folder}/${name}`] as const), ['hypervisor_uuid', '/sys/hypervisor/uuid'] as const]
  return Object.fromEntries(await Promise.all(paths.map(async ([name, path]) => [name, await readMark(path)] as const)))
}

/** The cloud that a machine is one of, among those known to close ports; undefined where it is none of them or does not say. */
export const cloudOf = (marks: MachineMarks, closers: readonly PortCloser[]): PortCloser | undefined =>
  closers.find(({ dmi }) => dmi.some(({ file, begins }) => marks[file]?.toLowerCase().startsWith(begins.toLowerCase()) === true))
