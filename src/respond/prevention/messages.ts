/** What the helper says, as values: see native/addon/prevent-protocol.h. */
import { PREVENTED_KINDS, PREVENTED_TYPES, type PreventedKind } from '../../events/prevention.ts'
import { decodeText } from '../../events/raw-record.ts'

/** Who opens or runs what. */
export interface Candidate {
  readonly kind: PreventedKind
  /** Undefined where the helper could not tell (through io_uring). */
  readonly type: string | undefined
  /** O_*; undefined likewise. */
  readonly openFlags: number | undefined
  readonly tid: number
  readonly pid: number
  readonly ppid: number
  /** In clock ticks since boot. */
  readonly startTicks: number
  /** Name of the process, and the program that it runs, before the act. */
  readonly comm: string
  readonly exePath: string
  /** As the mount namespace of the process has it. */
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly links: number
  /** `(major << 20) | minor`. */
  readonly dev: number
  readonly ino: number
  /** ns since 1970. */
  readonly ctimeNs: number
  readonly mtimeNs: number
}

export type Outcome = 'undecided' | 'denied' | 'would be denied'

export type HelperMessage =
  /** The table is in force (errno 0), or not. */
  | { readonly kind: 'ready'; readonly errno: number; readonly watched: number; readonly refused: number }
  | { readonly kind: 'mount'; readonly errno: number; readonly path: string }
  /** Id 0: it was allowed already. */
  | { readonly kind: 'ask'; readonly id: number; readonly candidate: Candidate }
  /** The file, or its content, is a blocked one: that of the order with this id. */
  | { readonly kind: 'blocked'; readonly id: number; readonly candidate: Candidate }
  /** Rule by number; undefined: as it was answered before. */
  | { readonly kind: 'told'; readonly outcome: Outcome; readonly rule: number | undefined; readonly candidate: Candidate }
  | { readonly kind: 'done'; readonly id: number; readonly applied: boolean }
  | FileAnswer

/** What came of an order about a blocked file. */
export interface FileAnswer {
  readonly kind: 'file'
  readonly request: number
  readonly errno: number
  readonly byInode: boolean
  readonly byContent: boolean
  /** File systems on which its content is looked for, and mounts on which that cannot be. */
  readonly watched: number
  readonly refused: number
}

const KINDS = ['ready', 'mount', 'ask', 'told', 'done', 'file'] as const
const OUTCOMES: readonly Outcome[] = ['undecided', 'denied', 'would be denied']
/** The outcome behind these. */
const WAS_BLOCKED = 3
const CANDIDATE_BYTES = 120
const FILE_BYTES = 32

/** Undefined for what is none: of another version, or cut. */
export function readMessage(message: Buffer): HelperMessage | undefined {
  if (message.length < 16) return undefined
  const kind = KINDS[message.readUInt32LE(0)]
  switch (kind) {
    case 'ready':
      return { kind, errno: message.readInt32LE(4), watched: message.readUInt32LE(8), refused: message.readUInt32LE(12) }
    case 'mount':
      return { kind, errno: message.readInt32LE(4), path: textOf(message.subarray(16, 16 + message.readUInt32LE(8))) }
    case 'ask':
    case 'told': {
      const candidate = readCandidate(message)
      if (candidate === undefined) return undefined
      const rule = message.readInt32LE(16)
      if (kind === 'ask') return { kind, id: message.readUInt32LE(4), candidate }
      if (message.readUInt32LE(12) === WAS_BLOCKED) return { kind: 'blocked', id: message.readUInt32LE(4), candidate }
      return { kind, outcome: OUTCOMES[message.readUInt32LE(12)] ?? 'undecided', rule: rule < 0 ? undefined : rule, candidate }
    }
    case 'done':
      return { kind, id: message.readUInt32LE(4), applied: message.readUInt32LE(8) !== 0 }
    case 'file':
      return message.length < FILE_BYTES ? undefined : readFileAnswer(message)
    default:
      return undefined
  }
}

const textOf = (bytes: Buffer): string => decodeText(bytes, 0, bytes.length)

const readFileAnswer = (message: Buffer): FileAnswer => ({
  kind: 'file',
  request: message.readUInt32LE(4),
  errno: message.readInt32LE(8),
  byInode: message.readUInt32LE(12) !== 0,
  byContent: message.readUInt32LE(16) !== 0,
  watched: message.readUInt32LE(20),
  refused: message.readUInt32LE(24),
})

function readCandidate(message: Buffer): Candidate | undefined {
  if (message.length < CANDIDATE_BYTES) return undefined
  const kind = PREVENTED_KINDS[message.readUInt32LE(8)]
  const pathBytes = message.readUInt32LE(56)
  const exeBytes = message.readUInt32LE(60)
  if (kind === undefined || message.length < CANDIDATE_BYTES + pathBytes + exeBytes) return undefined
  const openFlags = message.readInt32LE(24)
  const type = message.readInt32LE(20)
  const comm = message.subarray(104, CANDIDATE_BYTES)
  const end = comm.indexOf(0)
  return {
    kind,
    type: type < 0 ? undefined : PREVENTED_TYPES[kind][type],
    openFlags: openFlags < 0 ? undefined : openFlags,
    tid: message.readUInt32LE(28),
    pid: message.readUInt32LE(32),
    ppid: message.readUInt32LE(36),
    mode: message.readUInt32LE(40),
    uid: message.readUInt32LE(44),
    links: message.readUInt32LE(52),
    dev: Number(message.readBigUInt64LE(64)),
    ino: Number(message.readBigUInt64LE(72)),
    ctimeNs: Number(message.readBigInt64LE(80)),
    mtimeNs: Number(message.readBigInt64LE(88)),
    startTicks: Number(message.readBigUInt64LE(96)),
    comm: textOf(end < 0 ? comm : comm.subarray(0, end)),
    path: textOf(message.subarray(CANDIDATE_BYTES, CANDIDATE_BYTES + pathBytes)),
    exePath: textOf(message.subarray(CANDIDATE_BYTES + pathBytes, CANDIDATE_BYTES + pathBytes + exeBytes)),
  }
}
