/** Counts that the spool's thread writes and the agent reads, without a message between them. */

/** Each is written by one thread alone. */
const NAMES = [
  /** Bytes of findings that have left the thread's memory: they are in the spool, or given up. */
  'findingsTaken',
  /** Lines in the spool that the server has not acknowledged, and what the files hold. */
  'findingsWaiting',
  'historyWaiting',
  'findingsBytes',
  'historyBytes',
  /** Lines that were given up: no room, damaged, or refused by the server. */
  'findingsLost',
  'historyLost',
  /** Lines that the server has acknowledged. */
  'findingsSent',
  'historySent',
  /** 1 while the disk takes nothing. */
  'diskFails',
] as const

export type CounterName = (typeof NAMES)[number]

export interface Counters {
  readonly get: (name: CounterName) => number
  readonly set: (name: CounterName, value: number) => void
  readonly add: (name: CounterName, more: number) => void
}

const WORD = BigInt64Array.BYTES_PER_ELEMENT
const PLACE: ReadonlyMap<CounterName, number> = new Map(NAMES.map((name, index) => [name, index]))

export const newCounterMemory = (): SharedArrayBuffer => new SharedArrayBuffer(NAMES.length * WORD)

export function countersIn(memory: SharedArrayBuffer): Counters {
  const words = new BigInt64Array(memory)
  const placeOf = (name: CounterName): number => PLACE.get(name) ?? 0
  return Object.freeze({
    get: (name: CounterName) => Number(Atomics.load(words, placeOf(name))),
    set: (name: CounterName, value: number) => void Atomics.store(words, placeOf(name), BigInt(value)),
    add: (name: CounterName, more: number) => void Atomics.add(words, placeOf(name), BigInt(more)),
  })
}
