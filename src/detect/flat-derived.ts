/**
 * What follows from the fields that a flat event gives, so that a test need not repeat itself. A field that is given is never
 * derived. The list is short on purpose: it holds what is true of every event, not what is likely.
 */

import { directoryOf, fileNameOf } from '../events/path.ts'
import type { Derivation, Values } from './derivation.ts'
import { OF_KIND } from './derived-of-kind.ts'
import { OF_PROCESS } from './derived-of-process.ts'

const text = (values: Values, name: string): string | undefined => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

const defined = (...values: readonly unknown[]): unknown[] => values.filter((value) => value !== undefined && value !== null)

/** The list, or undefined where it is empty. */
const some = (values: readonly unknown[]): readonly unknown[] | undefined => (values.length === 0 ? undefined : values)

/** `proc.aname` from proc.pname and proc.aname[1], proc.aname[2]…; `proc.aname[2]` from the list, whose first is the parent. */
function ancestors(name: string, own: string, parent: string): readonly [string, Derivation] {
  return [
    name,
    (values, argument) => {
      const level = argument === undefined ? undefined : Number(argument)
      if (level === 0) return values[own]
      const given = values[name]
      const list = Array.isArray(given) ? given : listed(values, name, values[parent])
      return level === undefined ? some(list) : list[level - 1]
    },
  ]
}

function listed(values: Values, name: string, parent: unknown): unknown[] {
  const found: unknown[] = []
  for (let level = 1; ; level++) {
    const value = values[`${name}[${level}]`] ?? (level === 1 ? parent : undefined)
    if (value === undefined || value === null) return found
    found.push(value)
  }
}

/** Words of a field that may be given as a list or as one text. */
function words(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : undefined
}

/** A variable out of `proc.env`, given as an object, as a list or as one text of `NAME=value`. */
function variable(environment: unknown, name: string): string | undefined {
  if (typeof environment === 'object' && environment !== null && !Array.isArray(environment)) {
    const value = (environment as Values)[name]
    return value === undefined ? undefined : String(value)
  }
  return words(environment)
    ?.find((entry) => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1)
}

/** What `fd.type` is in the one letter of `fd.typechar`. */
const TYPE_LETTERS: Readonly<Record<string, string>> = { file: 'f', directory: 'd', ipv4: '4', ipv6: '6', unix: 'u', pipe: 'p', event: 'e' }
const LETTER_TYPES = Object.fromEntries(Object.entries(TYPE_LETTERS).map(([type, letter]) => [letter, type]))

const fdType = (values: Values): string | undefined => text(values, 'fd.type') ?? LETTER_TYPES[text(values, 'fd.typechar') ?? '']

interface PartsOfPath {
  readonly ofFile: (path: string) => string
  readonly ofDirectory: (path: string) => string | null
}

/** Part of `fd.name` where it is a path, by its type or by its first character; null where the type says that there is none. */
const partOfPath =
  ({ ofFile, ofDirectory }: PartsOfPath): Derivation =>
  (values) => {
    const type = fdType(values)
    const name = text(values, 'fd.name')
    if (type !== undefined && type !== 'file' && type !== 'directory') return null
    if (name === undefined || (type === undefined && !name.startsWith('/'))) return undefined
    return type === 'directory' ? ofDirectory(name) : ofFile(name)
  }

const opened =
  (flags: string): Derivation =>
  (values) => {
    const given = text(values, 'evt.arg.flags')?.split('|')
    if (given === undefined || given.includes('O_PATH')) return given && false // opens neither for reading nor for writing
    return given.some((flag) => flag === 'O_RDWR' || flag === flags)
  }

const sockFamily = (type: string | undefined): string | undefined =>
  type === 'ipv4' || type === 'ipv6' ? 'ip' : type === 'unix' ? 'unix' : undefined

const ends =
  (...names: readonly string[]): Derivation =>
  (values) =>
    some([...new Set(defined(...names.map((name) => values[name])))])

export const DERIVATIONS: ReadonlyMap<string, Derivation> = new Map<string, Derivation>([
  ['proc.cmdline', (values) => commandLine(values)],
  ['proc.args', (values, argument) => argumentsOf(values, argument)],
  ['proc.env', (values, name) => (name === undefined ? undefined : variable(values['proc.env'], String(name)))],
  ['proc.pname', (values) => firstAncestor(values, 'proc.aname')],
  ['proc.pexe', (values) => firstAncestor(values, 'proc.aexe')],
  ['proc.pexepath', (values) => firstAncestor(values, 'proc.aexepath')],
  ['proc.pcmdline', (values) => firstAncestor(values, 'proc.acmdline')],
  ['proc.ppid', (values) => firstAncestor(values, 'proc.apid')],
  ancestors('proc.aname', 'proc.name', 'proc.pname'),
  ancestors('proc.aexe', 'proc.exe', 'proc.pexe'),
  ancestors('proc.aexepath', 'proc.exepath', 'proc.pexepath'),
  ancestors('proc.acmdline', 'proc.cmdline', 'proc.pcmdline'),
  ancestors('proc.apid', 'proc.pid', 'proc.ppid'),
  ['fd.directory', partOfPath({ ofFile: directoryOf, ofDirectory: (path) => path })],
  ['fd.filename', partOfPath({ ofFile: fileNameOf, ofDirectory: () => null })],
  ['fd.typechar', (values) => TYPE_LETTERS[text(values, 'fd.type') ?? '']],
  ['fd.type', (values) => LETTER_TYPES[text(values, 'fd.typechar') ?? '']],
  ['fd.sockfamily', (values) => sockFamily(fdType(values))],
  ['fd.ip', ends('fd.cip', 'fd.sip', 'fd.lip', 'fd.rip')],
  ['fd.net', ends('fd.ip', 'fd.cip', 'fd.sip', 'fd.lip', 'fd.rip')],
  ['fd.cnet', (values) => values['fd.cip']],
  ['fd.snet', (values) => values['fd.sip']],
  ['fd.lnet', (values) => values['fd.lip']],
  ['fd.rnet', (values) => values['fd.rip']],
  ['fd.port', ends('fd.cport', 'fd.sport', 'fd.lport', 'fd.rport')],
  ['evt.is_open_read', opened('O_RDONLY')],
  ['evt.is_open_write', opened('O_WRONLY')],
  ['evt.rawres', (values) => (text(values, 'evt.res') === 'SUCCESS' ? 0 : undefined)],
  ['evt.res', (values) => (Number(values['evt.rawres'] ?? -1) >= 0 ? 'SUCCESS' : undefined)],
  ['evt.failed', (values) => failed(values)],
  ['container.id', () => 'host'],
  ...OF_KIND,
  ...OF_PROCESS,
])

function commandLine(values: Values): string | undefined {
  const name = text(values, 'proc.name')
  const given = values['proc.args']
  if (name === undefined || given === undefined) return undefined
  const rest = Array.isArray(given) ? given.join(' ') : String(given)
  return rest === '' ? name : `${name} ${rest}`
}

function argumentsOf(values: Values, index: string | number | undefined): unknown {
  const given = values['proc.args'] ?? text(values, 'proc.cmdline')?.split(' ').slice(1)
  if (index !== undefined) return words(given)?.[Number(index)]
  return Array.isArray(given) ? given.join(' ') : given
}

const firstAncestor = (values: Values, name: string): unknown => {
  const given = values[name]
  return values[`${name}[1]`] ?? (Array.isArray(given) ? given[0] : undefined)
}

function failed(values: Values): boolean | undefined {
  if (values['evt.rawres'] !== undefined) return Number(values['evt.rawres']) < 0
  const result = text(values, 'evt.res')
  return result === undefined ? undefined : result !== 'SUCCESS'
}
