/**
 * The last moments of each workload, in memory: what happened before a finding is known when it comes, also what no rule asked for by itself. Memory is a pool
 * of chunks; a workload that is loud takes chunks from itself before it takes them from others.
 */
import type { AnyKernelEvent } from '../events/event.ts'
import type { Process } from '../events/process.ts'

export interface FlightRecorderOptions {
  readonly chunkBytes: number
  readonly chunks: number
  /** What is older is not told. */
  readonly windowNs: number
}

export interface FlightRecorder {
  /** The lines that follow are of this event. */
  readonly begin: (event: AnyKernelEvent) => void
  /** One line of JSON without its end; one longer than a chunk is left out and counted. */
  readonly line: (text: string) => void
  /** Lines of the workloads, in the order in which they came. */
  readonly past: (workloads: readonly string[], nowNs: number) => string[]
  readonly stats: () => FlightRecorderStats
}

export interface FlightRecorderStats {
  readonly workloads: number
  readonly lines: number
  /** Lines that gave way to newer ones within the window. */
  readonly overwritten: number
  readonly tooLong: number
}

interface Chunk {
  readonly bytes: Buffer
  used: number
  lines: number
  lastNs: number
  /** Which came first, of all. */
  number: number
}

interface Workload {
  readonly name: string
  readonly chunks: Chunk[]
}

/** A container; on the host a session (what one login or one service started). */
function workloadOf({ container, sid }: Pick<Process, 'container' | 'sid'>): string {
  return container === undefined ? `session ${sid}` : `container ${container.id}`
}

/** Those of a process and of its ancestors: who starts a session anew does not leave its past behind. */
export function workloadsOf(process: Process): readonly string[] {
  const names = new Set<string>()
  const seen = new Set<Process>()
  for (
    let one: Process | undefined = process;
    one !== undefined && one.pid !== 1 && !seen.has(one) && seen.size < MAX_ANCESTORS;
    one = one.parent
  ) {
    seen.add(one)
    names.add(workloadOf(one))
    if (one.container !== undefined) break
  }
  return [...names]
}

const MAX_ANCESTORS = 32

export function createFlightRecorder({ chunkBytes, chunks, windowNs }: FlightRecorderOptions): FlightRecorder {
  const workloads = new Map<string, Workload>()
  const count = { lines: 0, overwritten: 0, tooLong: 0 }
  let made = 0
  let taken = 0
  let now: { workload: Workload; timeNs: number } | undefined

  function begin(event: AnyKernelEvent): void {
    const { process, timeNs } = event
    now = process === undefined ? undefined : { workload: workloadNamed(workloadOf(process)), timeNs }
  }

  function workloadNamed(name: string): Workload {
    const known = workloads.get(name)
    if (known !== undefined) return known
    const workload: Workload = { name, chunks: [] }
    workloads.set(name, workload)
    return workload
  }

  function line(text: string): void {
    if (now === undefined) return
    const needed = Buffer.byteLength(text) + 1
    if (needed > chunkBytes) {
      count.tooLong++
      return
    }
    const { workload, timeNs } = now
    const last = workload.chunks.at(-1)
    const chunk = last !== undefined && last.used + needed <= chunkBytes ? last : nextChunk(workload, timeNs)
    chunk.used += chunk.bytes.write(`${text}\n`, chunk.used)
    chunk.lines++
    chunk.lastNs = timeNs
    count.lines++
  }

  function nextChunk(workload: Workload, timeNs: number): Chunk {
    const chunk = made < chunks ? newChunk() : stolenChunk(workload, timeNs)
    chunk.number = taken++
    workload.chunks.push(chunk)
    // So that the map stands in the order in which workloads were last given room.
    workloads.delete(workload.name)
    workloads.set(workload.name, workload)
    return chunk
  }

  function newChunk(): Chunk {
    made++
    return { bytes: Buffer.allocUnsafeSlow(chunkBytes), used: 0, lines: 0, lastNs: 0, number: 0 }
  }

  /** One that is out of the window, whoever's it is; else one of whoever has most. */
  function stolenChunk(wanting: Workload, timeNs: number): Chunk {
    let loser = wanting
    for (const one of workloads.values()) {
      const [oldest] = one.chunks
      if (oldest !== undefined && timeNs - oldest.lastNs > windowNs) return giveUp(one, oldest, false)
      if (one.chunks.length > loser.chunks.length) loser = one
    }
    return giveUp(loser, loser.chunks[0] as Chunk, true)
  }

  function giveUp(from: Workload, chunk: Chunk, early: boolean): Chunk {
    from.chunks.shift()
    if (from.chunks.length === 0 && from !== now?.workload) workloads.delete(from.name)
    if (early) count.overwritten += chunk.lines
    chunk.used = 0
    chunk.lines = 0
    return chunk
  }

  function past(names: readonly string[], nowNs: number): string[] {
    const found = names.flatMap((name) => workloads.get(name)?.chunks ?? []).filter(({ lastNs }) => nowNs - lastNs <= windowNs)
    return found.sort((a, b) => a.number - b.number).flatMap(({ bytes, used }) => bytes.toString('utf8', 0, used).split('\n').slice(0, -1))
  }

  return Object.freeze({ begin, line, past, stats: () => ({ ...count, workloads: workloads.size }) })
}
