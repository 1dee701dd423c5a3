/** The form of a section of a bundle. One per file in sections/, listed in sections.ts. */
import type { MemoryKind } from '../../findings/evidence.ts'
import type { HostProcess } from '../host/processes.ts'

/** What whoever asks hands in: recent events, the findings, rule versions… */
export interface GivenEvidence {
  /** `events`: small letters, digits and `-`. */
  readonly name: string
  readonly kind: 'json' | 'ndjson'
  /** One value; of `ndjson` a list, a line each. */
  readonly content: unknown
}

/** Packets that were taken before the rest, as a pcap file. */
export interface PacketWindow {
  readonly pcap: Uint8Array
  readonly packets: number
  /** Beyond what there was room for. */
  readonly dropped: number
}

export interface CaptureOptions {
  readonly memory: readonly MemoryKind[]
  readonly given: readonly GivenEvidence[]
  /** Undefined: not asked for; a text: why there is none. */
  readonly packets: PacketWindow | string | undefined
}

export interface Gathering extends CaptureOptions {
  readonly proc: string
  /** Those that lived when it began, the first of them first. Any may end meanwhile. */
  readonly processes: readonly HostProcess[]
  /** Aborts when the time of the section is over. */
  readonly signal: AbortSignal
  /** Bytes that may still be written. */
  readonly left: () => number
  /** A file below the section's folder. What is beyond `left` is cut off, which is told; `wantedBytes`: of what was cut before. */
  readonly put: (name: string, content: Uint8Array | string, wantedBytes?: number) => Promise<void>
  readonly json: (name: string, value: unknown) => Promise<void>
  /** A large file, piece by piece; `chunks` may throw. Resolves with the bytes that came. */
  readonly stream: (name: string, size: number, chunks: AsyncIterable<Uint8Array>) => Promise<number>
  readonly problem: (about: string, reason: string) => void
  readonly redacted: (name: string, rules: readonly string[]) => void
}

export interface Section {
  /** Its folder in the bundle. */
  readonly name: string
  /** One sentence for the reader of a bundle. */
  readonly doc: string
  readonly maxBytes: number
  readonly maxMs: number
  /** False: it was not asked for. */
  readonly isWanted?: (options: CaptureOptions) => boolean
  /** What throws is told as the section's problem; what was written before stays. */
  readonly collect: (gathering: Gathering) => Promise<void>
}
