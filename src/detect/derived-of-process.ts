/** What follows from what is given of a process, and of the thread that did something. See flat-derived.ts. */
import { directoryOf } from '../events/path.ts'
import type { Derivation, Values } from './derivation.ts'

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Time of the event since another time. */
const since =
  (name: string): Derivation =>
  (values) => {
    const { 'evt.rawtime': now, [name]: then } = values
    return typeof now === 'number' && typeof then === 'number' && now > then ? now - then : undefined
  }

/** Two texts with something between, where both are given. */
const joined =
  (first: string, between: string, second: string): Derivation =>
  (values) => {
    const { [first]: left, [second]: right } = values
    return left === undefined || right === undefined ? undefined : `${String(left)}${between}${String(right)}`
  }

function exeLine(values: Values): string | undefined {
  const [exe, args] = [textOf(values['proc.exe']), textOf(values['proc.args'])]
  if (exe === undefined || args === undefined) return undefined
  return args === '' ? exe : `${exe} ${args}`
}

/** Of each forebear, its command line without its name. */
function ancestorArguments(values: Values, level: string | number | undefined): unknown {
  const names = [values['proc.name'], ...listOf(values['proc.aname'])]
  const lines = [values['proc.cmdline'], ...listOf(values['proc.acmdline'])]
  const args = lines.map((line, index) => String(line).slice(String(names[index]).length + 1))
  if (level !== undefined) return lines[Number(level)] === undefined ? undefined : args[Number(level)]
  return args.length > 1 ? args.slice(1) : undefined
}

function lineage(values: Values): string | undefined {
  const { 'proc.aname': above, 'proc.name': name } = values
  return Array.isArray(above) && name !== undefined ? [...above.toReversed(), name].join(' → ') : undefined
}

/** Of a directory the one above it, unlike fd.directory. */
function containerDirectory(values: Values): string | undefined {
  const { 'container.id': container, 'fd.name': name, 'fd.directory': directory } = values
  return container === undefined || directory === undefined ? undefined : `${String(container)}:${directoryOf(String(name))}`
}

const STREAMS = ['proc.stdin.type', 'proc.stdout.type', 'proc.stderr.type'] as const

function descriptorTypes(values: Values, fd: string | number | undefined): unknown {
  const streams = STREAMS.map((name) => values[name])
  if (fd === undefined) {
    const types = [values['fd.type'], ...streams].filter((type) => type !== undefined && type !== null)
    return types.length === 0 ? undefined : [...new Set(types)]
  }
  return values['fd.num'] === Number(fd) ? values['fd.type'] : streams[Number(fd)]
}

const isMain = (values: Values): boolean | undefined =>
  values['thread.tid'] === undefined || values['proc.pid'] === undefined ? undefined : values['thread.tid'] === values['proc.pid']

export const OF_PROCESS: readonly (readonly [string, Derivation])[] = [
  ['proc.exeline', exeLine],
  ['proc.aargs', ancestorArguments],
  ['proc.lineage', lineage],
  ['proc.duration', since('proc.pid.ts')],
  ['proc.ppid.duration', since('proc.ppid.ts')],
  ['container.duration', since('container.start_ts')],
  ['thread.ismain', isMain],
  ['thread.name', (values) => (isMain(values) === true ? values['proc.name'] : undefined)],
  ['thread.nametid', joined('proc.name', '', 'thread.tid')],
  ['fd.types', descriptorTypes],
  ['fd.uid', joined('thread.tid', '', 'fd.num')],
  ['fd.containername', joined('container.id', ':', 'fd.name')],
  ['fd.containerdirectory', containerDirectory],
]
