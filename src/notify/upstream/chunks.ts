/**
 * Memory that the agent fills with lines and the spool's thread empties, again and again. Buffers that are made for each batch and thrown away
 * make V8 collect all of the old garbage several times in ten seconds, which cost more than all that was written: bench/steady.ts.
 */

const CHUNKS = 8
/** The longest line that history has fits in. */
const CHUNK_BYTES = 1024 * 1024

/** Both threads have it. */
export interface ChunkMemory {
  readonly bytes: SharedArrayBuffer
  /** Of each chunk: FREE, or the thread's. */
  readonly states: SharedArrayBuffer
}

const FREE = 0
const HANDED = 1

export function newChunkMemory(): ChunkMemory {
  return { bytes: new SharedArrayBuffer(CHUNKS * CHUNK_BYTES), states: new SharedArrayBuffer(CHUNKS * Int32Array.BYTES_PER_ELEMENT) }
}

export interface Chunks {
  readonly size: number
  readonly memoryOf: (chunk: number) => Buffer
  /** One that is free; undefined when all are the thread's. */
  readonly findFree: () => number | undefined
  /** It is the thread's from now on. */
  readonly hand: (chunk: number) => void
  /** It may be filled again. */
  readonly free: (chunk: number) => void
  /** Those that are the thread's. */
  readonly handed: () => readonly number[]
}

export function chunksIn({ bytes, states: stateMemory }: ChunkMemory): Chunks {
  const states = new Int32Array(stateMemory)
  const all = Array.from(states, (_, chunk) => chunk)
  const memories = all.map((chunk) => Buffer.from(bytes, chunk * CHUNK_BYTES, CHUNK_BYTES))
  return Object.freeze({
    size: CHUNK_BYTES,
    memoryOf: (chunk: number) => memories[chunk] as Buffer,
    findFree: () => all.find((chunk) => Atomics.load(states, chunk) === FREE),
    hand: (chunk: number) => void Atomics.store(states, chunk, HANDED),
    free: (chunk: number) => void Atomics.store(states, chunk, FREE),
    handed: () => all.filter((chunk) => Atomics.load(states, chunk) === HANDED),
  })
}
