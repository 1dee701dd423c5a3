/**
 * What each field can say before the act. `never`: such events have no such value. `decided`: it follows from the call. `known`: it is what it will be
 * once it is done. `unknown`: nobody can say yet.
 */
import type { RecordValues } from '../events/encode.ts'
import type { Event } from '../events/event.ts'
import type { FieldDefinition } from '../events/field.ts'
import { HEADER_FLAGS } from '../events/header.ts'
import { type PreventedKind, SITUATIONS, type Situation } from '../events/prevention.ts'
import { sampleEvent } from '../events/sample-event.ts'
import { FILE_FLAGS } from '../events/shared-fields.ts'
import type { BoundCheck, BoundOperand } from '../lang/bound.ts'
import { compileCheck, createCells, type Predicate } from '../lang/compile-check.ts'

export type Knowledge = 'never' | 'decided' | 'known' | 'unknown'

const DECIDED: Readonly<Record<PreventedKind, ReadonlySet<string>>> = {
  'process.exec': new Set([
    ...['evt.type', 'syscall.type', 'evt.type.is', 'evt.kind', 'evt.dir', 'evt.source', 'evt.category', 'evt.is_async', 'evt.asynctype'],
    ...['evt.res', 'evt.rawres', 'evt.failed', 'evt.is_io', 'evt.is_wait', 'evt.is_syslog'],
  ]),
  'file.open': new Set([
    ...['evt.type', 'syscall.type', 'evt.type.is', 'evt.kind', 'evt.dir', 'evt.source', 'evt.category', 'evt.is_async', 'evt.asynctype'],
    ...[
      'evt.res',
      'evt.failed',
      'evt.is_io',
      'evt.is_wait',
      'evt.is_syslog',
      'evt.is_open_read',
      'evt.is_open_write',
      'evt.is_open_create',
    ],
    ...['fd.type', 'fd.typechar', 'file.type', 'file.created', 'file.memfd', 'file.process_memory'],
  ]),
}

/** A number that is not negative when the call succeeds, and else may be any. */
const SIGNS: ReadonlySet<string> = new Set(['fd.num', 'evt.rawres'])

const OF_FILE = [
  ...['file.type', 'file.mode', 'file.uid', 'file.setuid', 'file.setgid', 'file.ino', 'file.dev.major', 'file.dev.minor'],
  ...['file.deleted', 'file.memfd', 'file.process_memory'],
]

/** Of an exec that is to come: the file, what the process keeps, and its forebears. */
const KNOWN_OF_EXEC: ReadonlySet<string> = new Set([
  ...OF_FILE,
  ...[
    'proc.exepath',
    'proc.name',
    'proc.exe_ino',
    'proc.exe_ino.ctime',
    'proc.exe_ino.mtime',
    'proc.is_exe_from_memfd',
    'proc.is_exe_deleted',
  ],
  ...[
    'proc.pid',
    'proc.vpid',
    'proc.ppid',
    'proc.pvpid',
    'proc.reaper_pid',
    'proc.tty',
    'proc.cwd',
    'proc.unit',
    'proc.pid.ts',
    'proc.ppid.ts',
  ],
  ...['proc.pname', 'proc.pexe', 'proc.pexepath', 'proc.pcmdline', 'proc.loginshellid', 'proc.sid', 'proc.pgid', 'proc.vpgid'],
  ...['user.uid', 'user.name', 'user.homedir', 'user.shell', 'user.ruid', 'user.loginuid', 'user.loginname', 'group.gid', 'group.name'],
  'evt.hostname',
])

const KNOWN_OF_OPEN: ReadonlySet<string> = new Set([
  ...OF_FILE,
  ...['fd.name', 'fs.path.name', 'fd.filename', 'fd.directory', 'fd.containername', 'fd.containerdirectory', 'file.links'],
  ...['fd.ino', 'fd.dev', 'fd.dev.major', 'fd.dev.minor', 'evt.hostname'],
])

/** Fields of the process that opens: all but what grows, and what is read of the host at each question. */
const OF_PROCESS = /^(?:proc|user|group|container|k8s)\./
const GROWS = /duration|^proc\.(?:fd|vm|nthreads|nchilds|std\w+\.name)/
/** Of ancestors: `proc.aname[0]` is the process itself. */
const OF_ANCESTORS = /^(?:proc\.(?:aname|aexe|aexepath|acmdline|aargs|apid|aenv)|container\..*|k8s\..*)$/

function ofField(definition: FieldDefinition, argument: string | number | undefined, kind: PreventedKind): Knowledge {
  const { name, kinds } = definition
  if (kinds !== undefined && !kinds.some((prefix) => kind.startsWith(prefix))) return 'never'
  if (DECIDED[kind].has(name)) return 'decided'
  if (GROWS.test(name)) return 'unknown'
  if (kind === 'file.open') return OF_PROCESS.test(name) || KNOWN_OF_OPEN.has(name) ? 'known' : 'unknown'
  if (KNOWN_OF_EXEC.has(name)) return 'known'
  return OF_ANCESTORS.test(name) && (name.startsWith('proc.') ? Number(argument ?? 1) > 0 : true) ? 'known' : 'unknown'
}

/** The least that is known of its parts. */
export function knowledgeOf(operand: BoundOperand, kind: PreventedKind): Knowledge {
  switch (operand.kind) {
    case 'field':
      return ofField(operand.definition, operand.argument, kind)
    case 'words':
      return ofField(operand.definition, undefined, kind) === 'known' ? 'known' : 'unknown'
    case 'text':
      return 'known'
    case 'list':
    case 'transform': {
      const parts = (operand.kind === 'list' ? operand.items : operand.inputs).map((part) => knowledgeOf(part, kind))
      return parts.every((part) => part === 'known' || part === 'decided') ? 'known' : 'unknown'
    }
    default:
      return operand satisfies never
  }
}

/** The situations in which the check holds, a bit each; undefined where they do not decide it. */
export function situationsOf(check: BoundCheck, kind: PreventedKind): number | undefined {
  if (check.left.kind !== 'field' || check.rightOperand !== undefined) return undefined
  const { name } = check.left.definition
  const results = SIGNS.has(name) ? resultsToTry(check, kind) : [kind === 'file.open' ? 3 : 0]
  if (results === undefined || (!DECIDED[kind].has(name) && !SIGNS.has(name))) return undefined
  const holds = predicateOf(check)
  const masks = results.map((result) =>
    SITUATIONS[kind].reduce((mask, situation, bit) => (holds(sampleOf(kind, situation, result)) ? mask | (1 << bit) : mask), 0),
  )
  return masks.every((mask) => mask === masks[0]) ? masks[0] : undefined
}

/** On both sides of each constant: the number of a descriptor is not known before there is one. */
function resultsToTry({ constants }: BoundCheck, kind: PreventedKind): readonly number[] | undefined {
  if (kind === 'process.exec') return [0]
  if (!constants.every((one) => typeof one === 'number')) return undefined
  return [0, 3, ...constants.flatMap((one) => [Math.floor(one) - 1, Math.floor(one), Math.ceil(one) + 1])].filter((one) => one >= 0)
}

/** Fields of a record as it will be when the act succeeds. */
export function valuesOfSituation(kind: PreventedKind, { type, access, created }: Situation): RecordValues {
  if (kind === 'process.exec') return { type, result: 0, flags: HEADER_FLAGS.hasResult }
  return { type, openFlags: access, fileFlags: created ? FILE_FLAGS.created : 0, result: 3, flags: HEADER_FLAGS.hasResult }
}

const S_IFREG = 0o100_000

const sampleOf = (kind: PreventedKind, situation: Situation, result: number): Event =>
  sampleEvent(kind, {
    ...valuesOfSituation(kind, situation),
    fileMode: S_IFREG | 0o644,
    result,
    ...(kind === 'file.open' && { path: '/a/b', rawPath: '/a/b' }),
  })

function predicateOf(check: BoundCheck): Predicate {
  const clock = { event: 0 }
  const holds = compileCheck(check, createCells(clock))
  return (event) => {
    clock.event++
    return holds(event)
  }
}
