/** What an evidence bundle says of itself, and what became of a look at one. */

export const EVIDENCE_FORMAT = 'tarsier-evidence-1'

/** Kinds of memory that can be asked for beside what is always kept: memory that can be run and is no file's, or was changed. */
export const MEMORY_KINDS = ['heap', 'stack', 'anonymous'] as const
export type MemoryKind = (typeof MEMORY_KINDS)[number]

/** A file in the bundle, in the order of the archive. */
export interface EvidenceEntry {
  /** `executable/1f-4711.bin`: letters, digits, `.`, `_`, `-`; never absolute. */
  readonly name: string
  readonly section: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
  /** ns since 1970. */
  readonly collectedNs: number
  /** SHA-256 (hex) over the link before and what stands above: none can be taken out, added or moved. */
  readonly chain: string
}

export interface EvidenceProblem {
  /** `process 4711`, `packets`: what it is about. May hold hostile bytes. */
  readonly about: string
  readonly reason: string
}

/** `whole`: all that it looks for; `partial`: see its problems and cuts; `skipped`: not asked for. */
export type SectionState = 'whole' | 'partial' | 'failed' | 'skipped'

export interface EvidenceSection {
  readonly name: string
  readonly doc: string
  readonly state: SectionState
  readonly files: number
  readonly bytes: number
  readonly tookMs: number
  readonly problems: readonly EvidenceProblem[]
  /** Problems beyond those that are listed. */
  readonly moreProblems: number
}

/** A value that was taken out before it was written. */
export interface EvidenceRedaction {
  readonly entry: string
  readonly rule: string
  readonly count: number
}

/** What was larger than there was room or time for. */
export interface EvidenceCut {
  readonly entry: string
  readonly wantedBytes: number
  readonly hadBytes: number
}

export interface EvidenceFreeze {
  /** `not`: the target ran while it was read. */
  readonly by: 'signals' | 'cgroup' | 'not'
  readonly processes: number
  readonly ms: number
  /** `left`: as was asked; `deadline`: it took too long, the rest was read while the target ran. */
  readonly end: 'thawed' | 'left' | 'deadline' | 'not-frozen'
}

export interface EvidenceManifest {
  readonly format: typeof EVIDENCE_FORMAT
  readonly id: string
  /** ns since 1970. */
  readonly begunNs: number
  readonly sealedNs: number
  readonly host: { readonly hostname: string; readonly kernel: string; readonly arch: string; readonly bootId: string }
  readonly agentVersion: string
  readonly target: {
    readonly kind: 'process' | 'container'
    /** `process 4711 (bash)`. May hold hostile bytes. */
    readonly words: string
    readonly pid: number | null
    readonly container: string | null
    readonly processes: number
  }
  readonly freeze: EvidenceFreeze
  /** It was told to stop before it had come to its end. */
  readonly interrupted: boolean
  readonly sections: readonly EvidenceSection[]
  readonly entries: readonly EvidenceEntry[]
  readonly redactions: readonly EvidenceRedaction[]
  readonly cuts: readonly EvidenceCut[]
}

/** What was written. */
export interface EvidenceReport {
  readonly path: string
  /** Of the file. */
  readonly bytes: number
  /** Hex, of the file. */
  readonly sha256: string
  readonly keyId: string
  readonly manifest: EvidenceManifest
  /** Why an authority's time stamp that was asked for is not in it. */
  readonly timestampProblem?: string
}

/** Whose key signed: `given` with the question, this `host`'s own, or only `carried` by the bundle itself, which proves nothing about who made it. */
export type KeyOrigin = 'given' | 'host' | 'carried'

export interface EvidenceVerification {
  readonly path: string
  readonly valid: boolean
  /** The first difference; undefined: none. May hold hostile bytes. */
  readonly problem: string | undefined
  /** Undefined where it could not be read. Not to be trusted unless valid. */
  readonly manifest: EvidenceManifest | undefined
  readonly key: { readonly id: string; readonly origin: KeyOrigin } | undefined
  /** What the clock said when it was sealed. */
  readonly time: EvidenceTime | undefined
  /** What the token of an authority says, if it is there and of this signature; that the authority signed it is not looked at. */
  readonly timestamp: { readonly genTime: string; readonly serial: string } | undefined
  /** Files that were hashed, and their bytes. */
  readonly files: number
  readonly bytes: number
}

/** As the parts of a TSTInfo (RFC 3161, 2.4.2), said by this host's own clock. */
export interface EvidenceTime {
  readonly hashAlgorithm: 'sha256'
  /** Hex, of manifest.json. */
  readonly messageImprint: string
  /** ISO 8601, UTC. */
  readonly genTime: string
  readonly accuracy: { readonly seconds: number; readonly millis: number }
  readonly serial: string
  readonly source: 'local-clock'
}
