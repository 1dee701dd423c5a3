/** The sensor's counters: what the kernel side says it did, and what arrived of it. */
import { KINDS, type KindName } from '../../events/kinds.ts'
import type { CounterValues, Drained } from './addon.ts'

/** The fields of one entry of the map `counters`, in its order (native/bpf/lib/maps.h). */
const FIELDS = [
  'seen',
  'sent',
  'lostFull',
  'lostReserved',
  'lostNested',
  'folded',
  'failed',
  'filteredClass',
  'filteredProcess',
  'filteredObject',
  'sampled',
  'killed',
] as const

/**
 * Of one kind. `lostFull`: the ring was full. `lostReserved`: bulk, and the ring was more than 3/4 full. `lostNested`: hooks
 * interrupted each other too deeply. `folded`: equal to one just sent, counted in the next one's `repeat`. `failed`: sent, but some
 * of its input could not be read. `filtered…`: no loaded rule could match it, by its class, its process or its object. `sampled`: left
 * out because the agent would cost more than it may. `killed`: sent, and the process was killed at the hook.
 */
export type KindCounters = Readonly<Record<(typeof FIELDS)[number], number>>

export interface CpuCounters {
  readonly cpu: number
  readonly received: number
  /** Records that took a sequence number and never arrived. Those behind the last that arrived are not known yet. */
  readonly gaps: number
}

export interface KernelCounters {
  /** Sums over the CPUs; kinds of which nothing was seen are left out. */
  readonly kinds: ReadonlyMap<KindName, KindCounters>
  /** The same by CPU; empty unless asked for. */
  readonly kindsByCpu: ReadonlyMap<KindName, readonly KindCounters[]>
  readonly cpus: readonly CpuCounters[]
  readonly received: number
  readonly receivedBytes: number
  /** Sum of the gaps of all CPUs. */
  readonly gaps: number
  /** Records whose size could not be. */
  readonly corrupt: number
  /** Bytes left at the end, behind a record that was still being written. */
  readonly unread: number
  /** Sums of the losses of all kinds, by cause. */
  readonly lost: { readonly full: number; readonly reserved: number; readonly nested: number }
  /** Fill of the ring in bytes: its size, now, and the highest that the drain found. */
  readonly ring: { readonly bytes: number; readonly used: number; readonly peak: number }
  /** How often the drain had to wait for a batch to be given back. */
  readonly waits: number
  readonly slices: number
}

/** @throws {RangeError} when the kernel side counts other things than we know: build/sensor.bpf.o is of another version. */
export function readCounters(values: CounterValues, drained: Drained, levels: number, perCpu: boolean): KernelCounters {
  const kindsByCpu = byKind(values)
  const kinds = new Map([...kindsByCpu].map(([name, cpus]) => [name, sum(cpus)]))
  const cpus = cpuCounters(drained.sequences, levels)
  const total = sum([...kinds.values()])
  return {
    kinds,
    kindsByCpu: perCpu ? kindsByCpu : new Map(),
    cpus,
    received: drained.records,
    receivedBytes: drained.bytes,
    gaps: cpus.reduce((gaps, cpu) => gaps + cpu.gaps, 0),
    corrupt: drained.corrupt,
    unread: drained.unread,
    lost: { full: total.lostFull, reserved: total.lostReserved, nested: total.lostNested },
    ring: { bytes: drained.ringBytes, used: drained.ringUsed, peak: drained.ringPeak },
    waits: drained.waits,
    slices: drained.slices,
  }
}

function byKind({ values, kinds, cpus, fields }: CounterValues): Map<KindName, readonly KindCounters[]> {
  if (fields !== FIELDS.length) throw new RangeError(`the kernel side has ${fields} counters, ${FIELDS.length} are known`)
  const numbers = new BigUint64Array(values)
  const found = new Map<KindName, readonly KindCounters[]>()
  for (const { id, name } of KINDS) {
    if (id >= kinds) continue
    const ofKind = Array.from({ length: cpus }, (_, cpu) => countersAt(numbers, (id * cpus + cpu) * fields))
    if (ofKind.some(({ seen }) => seen > 0)) found.set(name, ofKind)
  }
  return found
}

const countersAt = (numbers: BigUint64Array, at: number): KindCounters =>
  Object.fromEntries(FIELDS.map((field, index) => [field, Number(numbers[at + index] ?? 0n)])) as KindCounters

const sum = (all: readonly KindCounters[]): KindCounters =>
  Object.fromEntries(FIELDS.map((field) => [field, all.reduce((total, one) => total + one[field], 0)])) as KindCounters

function cpuCounters(sequences: ArrayBuffer, levels: number): CpuCounters[] {
  const pairs = new BigUint64Array(sequences)
  return Array.from({ length: pairs.length / (2 * levels) }, (_, cpu) => {
    let received = 0
    let taken = 0
    for (let level = 0; level < levels; level++) {
      const at = 2 * (cpu * levels + level)
      taken += Number(pairs[at] ?? 0n)
      received += Number(pairs[at + 1] ?? 0n)
    }
    return { cpu, received, gaps: Math.max(0, taken - received) }
  })
}
