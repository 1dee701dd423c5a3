/** What follows from the type of an event, and from that of its file or socket. See flat-derived.ts. */
import { errnoName } from '../events/arguments/errno.ts'
import { categoryOfKind } from '../events/field-readers/outcome-of-event.ts'
import { KINDS } from '../events/kinds.ts'
import { normalizePath } from '../events/path.ts'
import type { Derivation, Values } from './derivation.ts'

/** A type belongs to one kind, but for the calls that run a program: those that fail are of another. */
const KIND_OF: ReadonlyMap<string, string> = new Map(KINDS.flatMap(({ name, types }) => types.map((type) => [type, name] as const)))

function kindOf(values: Values): string | undefined {
  const { 'evt.kind': given, 'evt.type': type } = values
  if (typeof given === 'string') return given
  const kind = KIND_OF.get(String(type))
  if (kind !== 'process.exec' && kind !== 'process.exec_failed') return kind
  return Number(values['evt.rawres'] ?? 0) < 0 ? 'process.exec_failed' : 'process.exec'
}

const isOf =
  (...kinds: readonly string[]) =>
  (values: Values): boolean =>
    kinds.includes(kindOf(values) ?? '')

const isOpen = isOf('file.open')
const hasInode = isOf('file.open', 'process.exec', 'process.snapshot')
const isMessage = isOf('net.send', 'net.recv')

/** Another field, for events of which the two are the same. */
const same =
  (name: string, holds: (values: Values) => boolean): Derivation =>
  (values) =>
    holds(values) ? values[name] : undefined

/** Facts of a file that are false unless they are given. */
const FLAGS = ['created', 'upper_layer', 'lower_layer', 'memfd', 'deleted', 'writable', 'process_memory'].map(
  (flag): readonly [string, Derivation] => [`file.${flag}`, (values) => (hasInode(values) ? false : undefined)],
)

const modeBit =
  (bit: number): Derivation =>
  (values) =>
    hasInode(values) ? (Number(values['file.mode'] ?? 0) & bit) !== 0 : undefined

/** In the form of stat(2). */
function deviceOf(values: Values): number | undefined {
  const { 'file.dev.major': major, 'file.dev.minor': minor } = values
  if (!isOpen(values) || major === undefined || minor === undefined) return undefined
  return (Number(major) << 8) | (Number(minor) & 0xff) | ((Number(minor) & 0xfff00) << 12)
}

/** As given to an open, made absolute. */
function nameGiven(values: Values): string | undefined {
  const { 'fd.nameraw': given, 'fd.name': name } = values
  if (!isOpen(values) || typeof given !== 'string') return undefined
  if (given.startsWith('/')) return normalizePath(given)
  return typeof name === 'string' ? name : undefined
}

function resultText(values: Values): string | undefined {
  const result = values['evt.rawres']
  if (typeof result !== 'number') return undefined
  return result < 0 ? (errnoName(-result) ?? String(result)) : String(result)
}

export const OF_KIND: readonly (readonly [string, Derivation])[] = [
  ['evt.kind', kindOf],
  ['evt.category', (values) => categoryOfKind(kindOf(values) ?? '')],
  ['evt.is_io', (values) => isMessage(values) || undefined],
  ['evt.is_io_read', (values) => isOf('net.recv')(values) || undefined],
  ['evt.is_io_write', (values) => isOf('net.send')(values) || undefined],
  ['evt.io_dir', (values) => ({ 'net.send': 'write', 'net.recv': 'read' })[kindOf(values) ?? '']],
  ['evt.count.error', (values) => (values['evt.rawres'] === undefined ? undefined : Number(Number(values['evt.rawres']) < 0))],
  ['evt.arg.res', resultText],
  ['evt.arg.name', nameGiven],
  ['evt.arg.size', same('evt.buflen', isMessage)],
  ['fs.path.nameraw', same('fd.nameraw', (values) => isOpen(values) && values['fs.path.name'] !== undefined)],
  ['fd.ino', same('file.ino', isOpen)],
  ['fd.dev', deviceOf],
  ['fd.dev.major', same('file.dev.major', isOpen)],
  ['fd.dev.minor', same('file.dev.minor', isOpen)],
  ['fd.is_upper_layer', (values) => (isOpen(values) ? (values['file.upper_layer'] ?? false) : undefined)],
  ['fd.is_lower_layer', (values) => (isOpen(values) ? (values['file.lower_layer'] ?? false) : undefined)],
  ['file.setuid', modeBit(0o4000)],
  ['file.setgid', modeBit(0o2000)],
  ...FLAGS,
]
