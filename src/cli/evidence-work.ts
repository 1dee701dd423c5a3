/** Work on evidence. src/bin/ hands it in, so that commands load neither the collector nor the archive. */
import type { EvidenceReport, EvidenceVerification, MemoryKind } from '../findings/evidence.ts'

export interface EvidenceCaptureSettings {
  /** One of both. */
  readonly pid: number | undefined
  readonly container: string | undefined
  /** With all that descend from the process. */
  readonly tree: boolean
  readonly memory: readonly MemoryKind[]
  /** Undefined: the target goes on running. */
  readonly freezeMs: number | undefined
  readonly leaveFrozen: boolean
  readonly packetsMs: number
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly state: string
  /** Undefined: evidence/ in the state. */
  readonly folder: string | undefined
  /** Of a time stamping authority (RFC 3161). */
  readonly tsa: string | undefined
  readonly onProgress: (progress: EvidenceProgress) => void
}

export interface EvidenceProgress {
  readonly section: string
  readonly index: number
  readonly count: number
  readonly bytes: number
}

export interface EvidenceKeys {
  /** PEM file of the public key that it has to be signed with. */
  readonly key: string | undefined
  readonly state: string
}

export interface EvidenceShown {
  readonly verification: EvidenceVerification
  /** Of the section that was asked for: the beginning of each file. */
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly content: Uint8Array }[]
}

/** All throw AppError: FILE_UNREADABLE, EVIDENCE_KEY, EVIDENCE_TARGET, FILE_UNWRITABLE. */
export interface EvidenceWork {
  readonly capture: (settings: EvidenceCaptureSettings) => Promise<EvidenceReport>
  readonly verify: (path: string, keys: EvidenceKeys) => Promise<EvidenceVerification>
  readonly show: (path: string, section: string | undefined, asked: EvidenceKeys & { readonly maxBytes: number }) => Promise<EvidenceShown>
  readonly unpack: (path: string, to: string, keys: EvidenceKeys) => Promise<EvidenceVerification>
}
