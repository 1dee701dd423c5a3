/** The event that an open or exec will be when it succeeds, made before it is done: what the rules are asked about, and what findings are made from. */
import { valuesOfSituation } from '../detect/prevention-facts.ts'
import { kernelEvent } from '../enrich/kernel-event.ts'
import { isSameStart, TICK_NS } from '../enrich/proc-files.ts'
import { encodeRecord, type RecordValues } from '../events/encode.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import type { HostView } from '../events/host-view.ts'
import { KINDS } from '../events/kinds.ts'
import { type PreventedKind, SITUATIONS, type Situation } from '../events/prevention.ts'
import type { Process } from '../events/process.ts'
import { nameOfProgram, processName } from '../events/process-name.ts'
import { batchOf } from '../events/raw-record.ts'
import { type HeaderRecord, RECORD_CLASS } from '../events/records.gen.ts'
import { FILE_FLAGS } from '../events/shared-fields.ts'
import type { Candidate } from '../respond/prevention/messages.ts'

export interface PreventedEvents {
  /** One for each way in which the call may turn out, as far as it is known: a rule forbids it when it matches all of them. */
  readonly of: (candidate: Candidate, process: Process) => readonly AnyKernelEvent[]
}

export interface PreventedContext {
  readonly view: () => HostView
  /** ns since 1970. */
  readonly nowNs: () => number
  readonly bootId: string
}

const S_ISUID = 0o4000
const O_CREAT = 0o100
const O_EXCL = 0o200
const O_TMPFILE = 0o20_200_000

export function createPreventedEvents({ view, nowNs, bootId }: PreventedContext): PreventedEvents {
  /** Unlike that of any event which happened. */
  const boot = `${bootId.slice(0, 8)}-prevent`
  let number = 0

  function of(candidate: Candidate, opener: Process): readonly AnyKernelEvent[] {
    const host = view()
    const process = candidate.kind === 'process.exec' ? withProgram(opener, candidate) : opener
    return situationsOf(candidate).map((situation) => {
      const values = { ...headerOf(candidate, process), ...fileOf(candidate, situation), timeNs: nowNs() - host.bootTimeNs, seq: number }
      return kernelEvent(recordOf(candidate.kind, values), number++, process, { host, boot })
    })
  }

  return Object.freeze({ of })
}

/** Those that the call can be. */
function situationsOf({ kind, type, openFlags }: Candidate): readonly Situation[] {
  return SITUATIONS[kind].filter((one) => {
    if (type !== undefined && one.type !== type) return false
    if (kind === 'process.exec' || openFlags === undefined) return true
    if (one.access !== Math.min(openFlags & 3, 2)) return false
    const mustMake = (openFlags & O_TMPFILE) === O_TMPFILE || (openFlags & (O_CREAT | O_EXCL)) === (O_CREAT | O_EXCL)
    return one.created ? mustMake || (openFlags & O_CREAT) !== 0 : !mustMake
  })
}

/** The file of a program that is to be run. */
export type ProgramFile = Pick<Candidate, 'path' | 'dev' | 'ino' | 'mode' | 'uid' | 'ctimeNs' | 'mtimeNs' | 'links'>

/** The process as it will be: its program and name are those of the file, its arguments nobody knows yet. */
export function withProgram(opener: Process, candidate: ProgramFile): Process {
  const { path, dev, ino, mode, uid, ctimeNs, mtimeNs, links } = candidate
  const comm = nameOfProgram(path)
  const flags = links === 0 ? FILE_FLAGS.deleted : 0
  const euid = (mode & S_ISUID) === 0 ? opener.euid : uid
  return over(opener, {
    ...{ exePath: path, comm, kernelName: comm, argv: [], args: '', cmdline: comm, env: [], argumentsKnown: false, euid },
    exe: { ino, dev, mode, uid, ctimeNs, mtimeNs, flags },
  })
}

/** The same, with other values; what is not given is read from the original. */
function over(process: Process, values: Partial<Process>): Process {
  const properties = Object.entries(values).map(([name, value]) => [name, { value, enumerable: true }] as const)
  return Object.create(process, Object.fromEntries(properties)) as Process
}

/** A process that the tree does not know (any more), as a child of one that it knows. */
export function childOf(
  parent: Process,
  { pid, startTicks, comm, exePath }: Pick<Candidate, 'pid' | 'startTicks' | 'comm' | 'exePath'>,
): Process {
  const forked = { parent, ppid: parent.pid, pid, vpid: pid, startNs: startTicks * TICK_NS, exitNs: undefined }
  const name = processName(comm, exePath)
  return over(parent, { ...forked, comm: name, kernelName: comm, exePath, argv: [], args: '', cmdline: name, argumentsKnown: false })
}

/** Whether the tree has heard all that this process did before. */
export function isUpToDate(process: Process, { startTicks, exePath, comm }: Candidate): boolean {
  return isSame(process, startTicks) && process.exitNs === undefined && process.exePath === exePath && process.kernelName === comm
}

export const isSame = (process: Process, startTicks: number): boolean => isSameStart(startTicks, process.startNs)

function headerOf({ pid, tid, ppid, kind }: Candidate, process: Process): RecordValues {
  const { startNs, uid, gid, euid, egid, loginuid, sid, tty, pidNs, mntNs, userNs, netNs, cgroupId, vpid, parent, kernelName } = process
  return {
    ...{ pid, tid, ppid, vpid, vtid: vpid, startNs: Math.trunc(startNs), parentStartNs: Math.trunc(parent?.startNs ?? 0) },
    ...{ uid, gid, euid, egid, loginuid, sid, tty, pidNs, mntNs, userNs, netNs, cgroupId, comm: kernelName },
    ...(kind === 'process.exec' ? { cwd: process.cwd, execCount: process.execCount } : {}),
  }
}

function fileOf(candidate: Candidate, situation: Situation): RecordValues {
  const { kind, path, dev, ino, mode, uid, links, ctimeNs, mtimeNs, openFlags } = candidate
  const values = valuesOfSituation(kind, situation)
  const flags = Number(values.fileFlags ?? 0) | (links === 0 ? FILE_FLAGS.deleted : 0)
  const file = { dev, ino, fileMode: mode, fileUid: uid, fileFlags: flags }
  if (kind === 'process.exec') return { ...values, ...file, exe: path, rawPath: path, exeCtimeNs: ctimeNs, exeMtimeNs: mtimeNs }
  return { ...values, ...file, openFlags: openFlags ?? Number(values.openFlags), path, rawPath: path, linkCount: links }
}

const IDS: ReadonlyMap<string, number> = new Map(KINDS.map(({ name, id }) => [name, id]))

function recordOf(kind: PreventedKind, values: RecordValues): HeaderRecord {
  const RecordClass = RECORD_CLASS[IDS.get(kind) ?? 0]
  if (RecordClass === undefined) throw new Error(`no record of ${kind}`)
  return new RecordClass(batchOf(encodeRecord(kind, values)), 0)
}
