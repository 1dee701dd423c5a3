/** What agent and spool thread tell each other. Counts go by shared memory: counters.ts. */
import type { UpstreamStream } from '../../findings/upstream.ts'
import type { LogFacts } from '../../lib/log.ts'
import type { ChunkMemory } from './chunks.ts'

/** What the thread is started with. */
export interface SpoolSettings {
  /** Holds a folder for each stream. */
  readonly folder: string
  readonly socketPath: string
  readonly hostname: string
  /** What may wait on the disk. Findings may take the room of history. */
  readonly maxBytes: Readonly<Record<UpstreamStream, number>>
  readonly counters: SharedArrayBuffer
  /** In which history comes. */
  readonly chunks: ChunkMemory
}

export type ToThread =
  /** Findings: lines without numbers, each with its newline. The bytes change hands. */
  | { readonly kind: 'findings'; readonly bytes: Uint8Array }
  /** History: so many bytes of such lines in a chunk of the shared memory. */
  | { readonly kind: 'history'; readonly chunk: number; readonly bytes: number }
  /** A SensorReport as JSON. */
  | { readonly kind: 'sensor'; readonly report: string }
  /** Sends what can be sent in the time, then ends. */
  | { readonly kind: 'end'; readonly timeoutMs: number }

export interface FromThread {
  readonly level: 'info' | 'warning'
  readonly message: string
  readonly facts: LogFacts
}
