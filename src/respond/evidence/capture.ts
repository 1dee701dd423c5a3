/** Collects evidence of processes into one sealed bundle. What cannot be had is said in it: a part is worth more than nothing. */
import { randomBytes } from 'node:crypto'
import { existsSync, statfsSync } from 'node:fs'
import { arch, hostname, version as kernelVersion, release } from 'node:os'
import { dirname, join } from 'node:path'
import type {
  EvidenceCut,
  EvidenceManifest,
  EvidenceRedaction,
  EvidenceReport,
  EvidenceSection,
  MemoryKind,
} from '../../findings/evidence.ts'
import { EVIDENCE_FORMAT } from '../../findings/evidence.ts'
import { AppError } from '../../lib/app-error.ts'
import type { HostProcess } from '../host/processes.ts'
import { MAX_UNPACKED_BYTES } from './archive/form.ts'
import { hostKey } from './archive/key.ts'
import { type BundlePlace, createBundle } from './archive/write.ts'
import { type Freezing, freeze, NOT_FROZEN } from './freeze.ts'
import { collectSection } from './gathering.ts'
import { textUpTo } from './read-proc.ts'
import type { GivenEvidence, PacketWindow } from './section.ts'
import { SECTIONS } from './sections.ts'

export interface EvidenceTarget {
  readonly kind: 'process' | 'container'
  /** `process 4711 (bash)`. */
  readonly words: string
  /** Short, for the name of the file: `4711`, the id of a container. */
  readonly label: string
  readonly pid: number | undefined
  readonly container: string | undefined
  /** Those that live, looked up anew, the first of them first. */
  readonly members: () => readonly HostProcess[]
}

export interface CaptureSettings {
  /** The target stands still while it is read, for so long at most; undefined: it goes on. */
  readonly freezeMs: number | undefined
  readonly leaveFrozen: boolean
  readonly memory: readonly MemoryKind[]
  /** Of all files together, unpacked. */
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly given: readonly GivenEvidence[]
  /** How long packets are taken before the rest; 0: none are. */
  readonly packetsMs: number
}

export interface CaptureHost {
  readonly proc: string
  readonly cgroups: string
  /** The folder of what outlives a run: the key is in it. */
  readonly state: string
  /** Where the bundle goes. */
  readonly folder: string
  readonly version: string
  /** ns since 1970. */
  readonly nowNs: () => number
  readonly signalProcess: Freezing['signalProcess']
  /** Packets of the network namespace of that process; a text: why there are none. */
  readonly takePackets?: (pid: number, window: { readonly ms: number; readonly signal: AbortSignal }) => Promise<PacketWindow | string>
  readonly timestamp?: NonNullable<BundlePlace['timestamp']>
  /** Aborts: what there is by then is sealed. */
  readonly signal: AbortSignal
  readonly onProgress?: (progress: CaptureProgress) => void
}

export interface CaptureProgress {
  readonly section: string
  /** From 0. */
  readonly index: number
  readonly count: number
  /** Of this section so far. */
  readonly bytes: number
}

/** Of one bundle; those beyond are told. */
const MAX_PROCESSES = 4096
/** A bundle leaves so much of the disk to others. */
const SHARE_OF_DISK = 0.5
const LEAST_ROOM = 16 * 2 ** 20

/** Throws AppError EVIDENCE_TARGET, EVIDENCE_KEY, FILE_UNWRITABLE. */
export async function captureEvidence(target: EvidenceTarget, settings: CaptureSettings, host: CaptureHost): Promise<EvidenceReport> {
  const { proc, nowNs, folder, state, timestamp } = host
  const begunNs = nowNs()
  if (target.members().length === 0) throw new AppError('EVIDENCE_TARGET', { reason: `${target.words} has ended` })
  const key = hostKey(state)
  const maxBytes = roomFor(folder, Math.min(settings.maxBytes, MAX_UNPACKED_BYTES))
  const packets = await packetsOf(target, settings, host)
  const signal = AbortSignal.any([host.signal, AbortSignal.timeout(settings.timeoutMs)])
  const id = idOf(target.label, begunNs)
  const bundle = await createBundle({ folder, id, key, nowNs, ...(timestamp && { timestamp }) })
  const cuts: EvidenceCut[] = []
  const redactions: EvidenceRedaction[] = []
  let frozen = NOT_FROZEN
  try {
    frozen = await freezeIfAsked(target, settings, host)
    const living = target.members()
    const processes = living.slice(0, MAX_PROCESSES)
    const sections: EvidenceSection[] = []
    const options = { memory: settings.memory, given: settings.given, packets }
    for (const [index, section] of SECTIONS.entries()) {
      const onBytes = (bytes: number): void => host.onProgress?.({ section: section.name, index, count: SECTIONS.length, bytes })
      onBytes(0)
      sections.push(await collectSection(section, { bundle, proc, processes, options, maxBytes, signal, onBytes, cuts, redactions }))
    }
    frozen.end(settings.leaveFrozen)
    const facts = await hostFacts(proc)
    return await bundle.seal((entries, sealedNs) => ({
      ...{ format: EVIDENCE_FORMAT, id, begunNs, sealedNs, host: facts, agentVersion: host.version },
      target: {
        ...{ kind: target.kind, words: target.words, pid: target.pid ?? null, container: target.container ?? null },
        processes: processes.length,
      },
      freeze: frozen.state(),
      interrupted: signal.aborted,
      sections: [...withFreezeProblems(sections, frozen.problems, living.length)],
      ...{ entries, redactions, cuts },
    }))
  } catch (error) {
    await bundle.abandon()
    throw error
  } finally {
    frozen.end(false)
  }
}

function freezeIfAsked({ members }: EvidenceTarget, { freezeMs }: CaptureSettings, { proc, cgroups, signalProcess }: CaptureHost) {
  if (freezeMs === undefined) return NOT_FROZEN
  return freeze({ proc, cgroups, members, signalProcess, deadlineMs: freezeMs, nowMs: () => performance.now() })
}

/** Before the freeze: what stands still sends nothing. */
async function packetsOf({ members }: EvidenceTarget, { packetsMs }: CaptureSettings, { takePackets, signal }: CaptureHost) {
  const [first] = members()
  if (packetsMs === 0 || first === undefined) return undefined
  if (takePackets === undefined) return 'this host cannot take packets: the addon is not built'
  return takePackets(first.pid, { ms: packetsMs, signal })
}

/** Throws AppError FILE_UNWRITABLE. */
function roomFor(folder: string, wanted: number): number {
  let place = folder
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
  const { bavail, bsize } = statfsSync(place)
  const room = Math.floor(bavail * bsize * SHARE_OF_DISK)
  if (room < LEAST_ROOM) throw new AppError('FILE_UNWRITABLE', { path: folder, reason: 'the disk is almost full' })
  return Math.min(wanted, room)
}

/** Sorts by time; tells nothing but letters, digits and `-`. */
function idOf(label: string, nowNs: number): string {
  const time = new Date(nowNs / 1e6).toISOString().replace(/[-:]|\.\d+/g, '')
  return `evidence-${time}-${label.replace(/[^A-Za-z0-9-]/g, '').slice(0, 24)}-${randomBytes(4).toString('hex')}`
}

async function hostFacts(proc: string): Promise<EvidenceManifest['host']> {
  const bootId = await textUpTo(join(proc, 'sys/kernel/random/boot_id'), 64).catch(() => '')
  return { hostname: hostname(), kernel: `${release()} ${kernelVersion()}`, arch: arch(), bootId: bootId.trim() }
}

/** With the first section, which tells who there was. */
function withFreezeProblems(
  sections: readonly EvidenceSection[],
  problems: readonly EvidenceManifest['sections'][number]['problems'][number][],
  living: number,
): readonly EvidenceSection[] {
  const beyond = living > MAX_PROCESSES ? [{ about: 'processes', reason: `only ${MAX_PROCESSES} of ${living} were looked at` }] : []
  const more = [...problems, ...beyond]
  return sections.map((one, index) =>
    index > 0 || more.length === 0 ? one : { ...one, state: 'partial', problems: [...more, ...one.problems] },
  )
}
