/** The event that an act denied by the kernel side would have been: its record is that, but for what stands in the place of the result. */

import { kernelEvent } from '../enrich/kernel-event.ts'
import { isSameStart, TICK_NS } from '../enrich/proc-files.ts'
import { addressText } from '../events/address.ts'
import { DENIAL_FACTS_OF, DENIAL_KINDS, type DenialKind } from '../events/denial.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import { HEADER_FLAGS } from '../events/header.ts'
import { KINDS } from '../events/kinds.ts'
import { headerOffset } from '../events/layout.ts'
import type { Process } from '../events/process.ts'
import { batchOf } from '../events/raw-record.ts'
import { type HeaderRecord, RECORD_CLASS } from '../events/records.gen.ts'
import type { LiveEvents } from './live-events.ts'
import { childOf, withProgram } from './prevented-event.ts'
import type { PreventedAct } from './prevention-findings.ts'

export interface DeniedAct {
  readonly kind: DenialKind
  /** The terms that held: bits, in the order of those of the kind. */
  readonly terms: number
  /** Of the tables that decided. */
  readonly generation: number
  readonly event: AnyKernelEvent
  readonly act: PreventedAct
}

type Live = Pick<LiveEvents, 'view' | 'ended' | 'bootId'>

const KIND_BY_ID: ReadonlyMap<number, DenialKind> = new Map(
  DENIAL_KINDS.flatMap((kind) => KINDS.filter(({ name }) => name === kind).map(({ id }) => [id, kind] as const)),
)

/** `record` is valid only during the call; what is made of it stays. Undefined: of a kind that is never denied. */
export function deniedAct(record: HeaderRecord, live: Live): DeniedAct | undefined {
  const kind = KIND_BY_ID.get(record.kind)
  if (kind === undefined) return undefined
  const { result: terms, repeat: generation } = record
  const whole = asSucceeded(record, kind)
  const process = processOf(whole, live)
  const context = { host: live.view, boot: `${live.bootId.slice(0, 8)}-prevent` }
  const event = kernelEvent(whole, 0, process, context)
  return { kind, terms, generation, event, act: { ...actOf(event), pid: record.pid, comm: process.comm, by: 'BPF LSM' } }
}

/** A copy with the result of success. */
function asSucceeded(record: HeaderRecord, kind: DenialKind): HeaderRecord {
  const bytes = Buffer.from(record.batch.bytes.subarray(record.at, record.at + record.size))
  bytes.writeBigInt64LE(DENIAL_FACTS_OF[kind].makesDescriptor ? 3n : 0n, headerOffset('result'))
  bytes.writeUInt32LE(0, headerOffset('repeat'))
  bytes.writeUInt16LE((record.flags & HEADER_FLAGS.compat) | HEADER_FLAGS.hasResult, headerOffset('flags'))
  const RecordClass = RECORD_CLASS[record.kind]
  if (RecordClass === undefined) throw new Error(`no record of ${kind}`)
  return new RecordClass(batchOf(bytes), 0)
}

/** All that it did before has been told: records come in the order in which they were made. */
function processOf(record: HeaderRecord, { view, ended }: Live): Process {
  const { pid, startNs, ppid } = record
  const startTicks = Math.floor(startNs / TICK_NS)
  const actor =
    view.process(pid, startNs) ??
    [view.process(pid, 0), ended(pid)].find((one) => one !== undefined && isSameStart(startTicks, one.startNs))
  if (actor !== undefined) return withNewProgram(record, actor)
  const parent = view.process(ppid, 0) ?? view.process(1, 0) ?? view.process(process.pid, 0)
  if (parent === undefined) throw new Error('the process tree is empty')
  return withNewProgram(record, childOf(parent, { pid, startTicks, comm: commOf(record), exePath: '' }))
}

const commOf = ({ comm }: HeaderRecord): string => comm.subarray(0, comm.indexOf(0) < 0 ? comm.length : comm.indexOf(0)).toString()

function withNewProgram(record: HeaderRecord, actor: Process): Process {
  const event = kernelEvent(record, 0, actor, { host: { bootTimeNs: 0 } as never, boot: '' })
  if (event.kind !== 'process.exec') return actor
  const { exe, dev, ino, fileMode, fileUid, exeCtimeNs, exeMtimeNs } = event.record
  const file = { path: exe, dev, ino, mode: fileMode, uid: fileUid, ctimeNs: exeCtimeNs, mtimeNs: exeMtimeNs, links: 1 }
  return withProgram(actor, file)
}

type Told = Pick<PreventedAct, 'verb' | 'of' | 'detail'>

function actOf(event: AnyKernelEvent): Told {
  switch (event.kind) {
    case 'process.exec':
      return { verb: 'exec', of: event.record.exe, detail: { path: event.record.exe } }
    case 'file.open':
      return { verb: 'open', of: event.record.path, detail: { path: event.record.path, openFlags: event.record.openFlags } }
    case 'net.connect': {
      const { unixPath, remoteAddress, remotePort, family } = event.record
      const to = unixPath !== '' ? unixPath : `${addressText(remoteAddress, family)} port ${remotePort}`
      return { verb: 'connect', of: to, detail: { to } }
    }
    case 'mount.mount': {
      const { targetPath, sourcePath, fileSystem } = event.record
      return { verb: 'mount', of: targetPath, detail: { target: targetPath, source: sourcePath, fileSystem } }
    }
    case 'inject.ptrace':
      return {
        verb: 'ptrace',
        of: `process ${event.record.targetPid}`,
        detail: { target: event.record.targetPid, request: event.record.request },
      }
    case 'kernel.bpf':
      return { verb: 'bpf', of: `command ${event.record.command}`, detail: { command: event.record.command } }
    case 'kernel.module':
      return { verb: 'module', of: event.record.modulePath || 'an image in memory', detail: { path: event.record.modulePath } }
    case 'cred.set_ids':
      return { verb: 'ids', of: event.type, detail: { call: event.type, uid: event.record.euid, gid: event.record.egid } }
    default:
      return { verb: 'act', of: event.type, detail: {} }
  }
}
