import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'smol-toml'

/** A mistake in the knowledge, with the place to mend it. */
export type Problem = { readonly file: string; readonly line: number; readonly message: string; readonly stale?: true }

export type TomlFile = { readonly path: string; readonly name: string; readonly text: string; readonly data: Record<string, unknown> }

export const readToml = (path: string, problems: Problem[]): TomlFile | undefined => {
  const text = readFileSync(path, 'utf8')
  try {
    return { path, name: basename(path, '.toml'), text, data: parse(text) }
  } catch (error) {
    const line = error instanceof Error && 'line' in error ? Number(error.line) : 1
    problems.push({ file: path, line, message: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) })
    return undefined
  }
}

export const readFolder = (folder: string, problems: Problem[]): TomlFile[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.toml'))
    .sort()
    .map((name) => readToml(join(folder, name), problems))
    .filter((file) => file !== undefined)

/** The line on which a table with this id begins: what an editor can jump to. */
export const lineOf = (text: string, key: string, value: string): number => {
  const lines = text.split('\n')
  const pattern = new RegExp(`^\\s*${key}\\s*=\\s*["']${value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']`)
  const at = lines.findIndex((line) => pattern.test(line))
  return at < 0 ? 1 : at + 1
}
