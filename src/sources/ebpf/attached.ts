/** Which programs are attached, and how that changes while the sensor runs. */
import { KINDS, type KindName } from '../../events/kinds.ts'
import type { Addon, OpenOptions, ProgramReport, SensorHandle } from './addon.ts'
import { openError } from './open-failure.ts'

/** What became of one hook. */
export interface Hook extends ProgramReport {
  /** Undefined for programs that serve several kinds. */
  readonly kind: KindName | undefined
}

/** What the programs of system calls hang on: tracepoints make every call of the host a little slower, functions only the calls that are watched. */
export type CallsBy = 'functions' | 'tracepoints'

export const callsBy = (hooks: readonly Hook[]): CallsBy =>
  hooks.some(({ state, section }) => state === 'attached' && CALL_TRACEPOINT.test(section)) ? 'tracepoints' : 'functions'

const CALL_TRACEPOINT = /^(?:tracepoint\/syscalls\/|tp_btf\/sys_)/

/** What of a KernelSource the programs bring; documented there. */
export interface Attached {
  readonly hooks: readonly Hook[]
  addKinds(kinds: ReadonlySet<KindName>): void
  keepKinds(kinds: ReadonlySet<KindName>): void
}

/** What `open` was given and gave, but for the prefixes. */
export interface Opened {
  readonly addon: Addon
  readonly handle: SensorHandle
  readonly settings: Omit<OpenOptions, 'prefixes'>
  readonly kinds: ReadonlySet<KindName>
  readonly hooks: readonly ProgramReport[]
}

/** Programs that serve several kinds begin so. */
export const SHARED_PREFIXES: readonly string[] = ['uring', 'refused']

/** Of kinds that are no events. */
export const ALWAYS_PREFIXES: readonly string[] = ['process_snapshot', 'event_repeat']

/** How the programs of a kind begin. */
export const prefixOfKind = (kind: KindName): string => kind.replaceAll('.', '_')

const KIND_BY_PREFIX: ReadonlyMap<string, KindName> = new Map(KINDS.map(({ name }) => [prefixOfKind(name), name]))

export function attachedPrograms({ addon, handle, settings, kinds, hooks: first }: Opened): Attached {
  let hooks = hooksOf(first)
  let watched = [...kinds].filter(isOptional)

  function addKinds(wanted: ReadonlySet<KindName>): void {
    const added = [...wanted].filter((kind) => isOptional(kind) && !watched.includes(kind))
    if (added.length === 0) return
    const extended = addon.extend(handle, { ...settings, prefixes: added.map(prefixOfKind) })
    if ('failure' in extended) throw openError(extended.failure)
    hooks = [...hooks, ...hooksOf(extended.hooks)]
    watched = [...watched, ...added]
  }

  function keepKinds(wanted: ReadonlySet<KindName>): void {
    const removed = watched.filter((kind) => !wanted.has(kind))
    if (removed.length === 0) return
    addon.detach(handle, removed.map(prefixOfKind))
    hooks = hooks.filter(({ kind }) => kind === undefined || !removed.includes(kind))
    watched = watched.filter((kind) => wanted.has(kind))
  }

  return {
    get hooks() {
      return hooks
    },
    addKinds,
    keepKinds,
  }
}

const isOptional = (kind: KindName): boolean => !ALWAYS_PREFIXES.includes(prefixOfKind(kind))

const hooksOf = (reports: readonly ProgramReport[]): readonly Hook[] =>
  withoutOtherNames(reports).map((report) => ({ ...report, kind: KIND_BY_PREFIX.get(prefixOf(report.program)) }))

/** A shared program comes once for each name that its hook has had: one that this kernel knows is enough. */
function withoutOtherNames(reports: readonly ProgramReport[]): readonly ProgramReport[] {
  const attached = new Set(reports.filter(({ state }) => state === 'attached').map(({ program }) => prefixOf(program)))
  return reports.filter(({ program, state }) => {
    const prefix = prefixOf(program)
    return state !== 'missing' || !SHARED_PREFIXES.includes(prefix) || !attached.has(prefix)
  })
}

const prefixOf = (program: string): string => program.slice(0, program.indexOf('__'))
