/** `struct verdict` and its key, as native/bpf/lib/2-verdict.h reads them; little endian. */
import type { AnyKernelEvent } from '../../events/event.ts'
import { headerOffset } from '../../events/layout.ts'
import type { Process } from '../../events/process.ts'

const VERDICT_KEY_BYTES = 8
const VERDICT_BYTES = 112
/** Between the two, the facts that the verdict is bound to. */
const SERIAL_AT = 0
const MASK_AT = 8
const FACTS_AT = 16
const FACTS_END = 104

const COMM_BYTES = 16
const AT = {
  startNs: headerOffset('startNs'),
  cgroupId: headerOffset('cgroupId'),
  parentStartNs: headerOffset('parentStartNs'),
} as const

export function verdictKey(pid: number, kind: number): Buffer {
  const key = Buffer.alloc(VERDICT_KEY_BYTES)
  key.writeUInt32LE(pid, 0)
  key.writeUInt32LE(kind, 4)
  return key
}

/**
 * The facts that a verdict on the event's process is bound to, as user space believes them. `parent`: the living parent, where a fact of
 * it matters. Undefined where the kernel could not compare one of them.
 */
export function verdictFacts({ record, process }: AnyKernelEvent, parent: Process | undefined, generation: number): Buffer | undefined {
  if (process === undefined || process.execCount === 0) return undefined
  const bytes = Buffer.alloc(VERDICT_BYTES)
  const { view } = record.batch
  const copy = (from: number, to: number): void => void bytes.writeBigUInt64LE(view.getBigUint64(record.at + from, true), to)
  copy(AT.startNs, 16)
  copy(AT.cgroupId, 24)
  bytes.writeUInt32LE(generation, 40)
  bytes.writeUInt32LE(process.execCount, 44)
  bytes.writeUInt32LE(record.uid, 48)
  bytes.writeUInt32LE(record.euid, 52)
  bytes.writeUInt32LE(record.egid, 56)
  bytes.writeUInt32LE(record.mntNs, 60)
  if (!writeName(bytes, process.kernelName, 72)) return undefined
  if (parent === undefined) return bytes
  if (parent.pid !== record.ppid || parent.startNs !== record.parentStartNs || parent.execCount === 0) return undefined
  copy(AT.parentStartNs, 32)
  bytes.writeUInt32LE(parent.pid, 64)
  bytes.writeUInt32LE(parent.execCount, 68)
  return writeName(bytes, parent.kernelName, 88) ? bytes : undefined
}

function writeName(bytes: Buffer, comm: string, at: number): boolean {
  return Buffer.byteLength(comm) < COMM_BYTES && bytes.write(comm, at) === Buffer.byteLength(comm)
}

export const sameFacts = (a: Buffer, b: Buffer): boolean => a.compare(b, FACTS_AT, FACTS_END, FACTS_AT, FACTS_END) === 0

/** Makes the facts a whole verdict. `serial`: another one each time. */
export function sealVerdict(bytes: Buffer, mask: bigint, serial: bigint): Buffer {
  bytes.writeBigUInt64LE(serial, SERIAL_AT)
  bytes.writeBigUInt64LE(mask, MASK_AT)
  bytes.writeBigUInt64LE(serial, FACTS_END)
  return bytes
}
