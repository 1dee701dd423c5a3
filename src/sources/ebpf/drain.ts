/** JavaScript's side of the draining thread: batches in, batches given back, flushes answered, the end. */
import { SEQUENCE } from '../../events/header.ts'
import { type Batch, batchOf } from '../../events/raw-record.ts'
import { AppError } from '../../lib/app-error.ts'
import { type Addon, NOTICE, type SensorHandle } from './addon.ts'
import { type KernelCounters, readCounters } from './counters.ts'

export interface DrainOptions {
  readonly sliceMs: number
  readonly onBatch: (batch: Batch) => void
}

/** What of a KernelSource the drain brings; documented there. */
export interface Drain {
  snapshot(): Batch
  counters(options?: { readonly perCpu?: boolean }): KernelCounters
  flush(): Promise<void>
  stop(): Promise<void>
}

/** A record has less than 64 KiB, so a batch holds several. */
const BATCH_BYTES = 256 << 10
/** While one is read here, the thread fills the others; when none is left it waits, the ring fills, and the kernel counts what it drops. */
const BATCHES = 8

interface Notice {
  readonly what: number
  readonly slot: number
  /** Bytes of a batch, ticket of a flush. */
  readonly value: number
}

/**
 * Starts the thread. Notices arrive in the event loop's poll phase and are worked off in its check phase, at most those that are
 * there: between two rounds, timers and signals get their turn however fast events come.
 */
export function startDrain(addon: Addon, handle: SensorHandle, { sliceMs, onBatch }: DrainOptions): Drain {
  const buffers = Array.from({ length: BATCHES }, () => new ArrayBuffer(BATCH_BYTES))
  const waiting: Notice[] = []
  const flushes = new Map<number, () => void>()
  const end = Promise.withResolvers<void>()
  let tickets = 0
  let scheduled = false
  let stopping = false
  let last: KernelCounters | undefined

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    setImmediate(work)
  }

  const work = (): void => {
    scheduled = false
    try {
      for (let left = waiting.length; left > 0; left--) take(waiting.shift() as Notice)
    } finally {
      if (waiting.length > 0) schedule() // only after a throw
    }
  }

  const take = ({ what, slot, value }: Notice): void => {
    if (what === NOTICE.batch) handBatch(slot, value)
    else if (what === NOTICE.flushed) answerFlushes(value)
    else finish()
  }

  const handBatch = (slot: number, used: number): void => {
    try {
      onBatch(batchOf(Buffer.from(buffers[slot] as ArrayBuffer, 0, used)))
    } finally {
      addon.release(handle, slot)
    }
  }

  /** The thread answers the newest ticket only: it stands for the earlier ones too. */
  const answerFlushes = (newest: number): void => {
    for (const [ticket, resolve] of flushes) {
      if (ticket > newest) continue
      flushes.delete(ticket)
      resolve()
    }
  }

  /** At an exit without stop: nobody is left to read, but the kernel should not keep the process for the seconds that detaching takes. */
  const abandon = (): void => addon.close(handle)

  const finish = (): void => {
    last = read(true)
    process.off('exit', abandon)
    addon.close(handle)
    answerFlushes(tickets)
    end.resolve()
  }

  const read = (perCpu: boolean): KernelCounters => readCounters(addon.counters(handle), addon.drained(handle), SEQUENCE.levels, perCpu)

  process.on('exit', abandon)
  addon.start(handle, buffers, sliceMs, (what, slot, value) => {
    waiting.push({ what, slot, value })
    schedule()
  })

  return {
    snapshot: () => readSnapshot(addon, handle),
    counters: ({ perCpu = false } = {}) => last ?? read(perCpu),
    flush: () => {
      if (last !== undefined) return end.promise
      const ticket = ++tickets
      return new Promise((resolve) => {
        flushes.set(ticket, resolve)
        addon.flush(handle, ticket)
      })
    },
    stop: () => {
      if (!stopping) addon.stop(handle)
      stopping = true
      return end.promise
    },
  }
}

function readSnapshot(addon: Addon, handle: SensorHandle): Batch {
  try {
    return batchOf(addon.snapshot(handle))
  } catch (cause) {
    throw new AppError('SENSOR_SNAPSHOT', { reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}
