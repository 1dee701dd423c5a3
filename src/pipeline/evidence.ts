/** Evidence of this host without an agent: the collector, put together from what is here. */
import { join } from 'node:path'
import type { EvidenceReport, EvidenceVerification, MemoryKind } from '../findings/evidence.ts'
import { AppError } from '../lib/app-error.ts'
import { exportBundle, type ShownBundle, showBundle } from '../respond/evidence/archive/export.ts'
import { hostPublicKey, readPublicKey } from '../respond/evidence/archive/key.ts'
import { requestTimestamp } from '../respond/evidence/archive/timestamp.ts'
import { type TrustedKeys, verifyBundle } from '../respond/evidence/archive/verify.ts'
import { type CaptureHost, captureEvidence } from '../respond/evidence/capture.ts'
import { signalByPid } from '../respond/evidence/freeze.ts'
import { evidenceTarget } from '../respond/evidence/target.ts'
import { readProcess } from '../respond/host/processes.ts'
import type { ActionSubject } from '../respond/subject.ts'
import { loadAddon } from '../sources/ebpf/addon.ts'
import { takePackets } from '../sources/ebpf/packets.ts'
import { cgroupsRoot } from './responses/cgroups-root.ts'

export interface CaptureHere {
  readonly pid: number | undefined
  readonly container: string | undefined
  readonly tree: boolean
  readonly memory: readonly MemoryKind[]
  readonly freezeMs: number | undefined
  readonly leaveFrozen: boolean
  readonly packetsMs: number
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly state: string
  readonly folder: string | undefined
  readonly tsa: string | undefined
  readonly onProgress: NonNullable<CaptureHost['onProgress']>
  readonly version: string
}

const PROC = '/proc'

/** An interrupt seals what there is by then; the target goes on. Throws AppError EVIDENCE_TARGET, EVIDENCE_KEY, FILE_UNWRITABLE. */
export async function captureHere(settings: CaptureHere): Promise<EvidenceReport> {
  const { pid, container, tree, state, folder = join(state, 'evidence'), version, tsa, onProgress } = settings
  const target = evidenceTarget(subjectOf(pid, container), container !== undefined ? 'container' : tree ? 'tree' : 'process', {
    proc: PROC,
  })
  const interrupt = new AbortController()
  const abort = (): void => interrupt.abort()
  process.once('SIGINT', abort).once('SIGTERM', abort).once('SIGHUP', abort)
  let timestampProblem: string | undefined
  const stamp = async (url: string, signature: Uint8Array): Promise<Uint8Array | undefined> => {
    try {
      return await requestTimestamp(url, signature, interrupt.signal)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      timestampProblem = error.message
      return undefined
    }
  }
  try {
    const report = await captureEvidence(
      target,
      { ...settings, given: [{ name: 'versions', kind: 'json', content: { tarsier: version, node: process.version } }] },
      {
        ...{ proc: PROC, cgroups: cgroupsRoot(), state, folder, version, onProgress },
        ...{ nowNs: () => Date.now() * 1e6, signal: interrupt.signal },
        ...(tsa !== undefined && { timestamp: (signature: Uint8Array) => stamp(tsa, signature) }),
        ...(await nativeParts()),
      },
    )
    return timestampProblem === undefined ? report : { ...report, timestampProblem }
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort).off('SIGHUP', abort)
  }
}

function subjectOf(pid: number | undefined, container: string | undefined): Pick<ActionSubject, 'process' | 'container'> {
  const found = pid === undefined ? undefined : readProcess(PROC, pid)
  if (pid !== undefined && found === undefined) throw new AppError('EVIDENCE_TARGET', { reason: `there is no process ${pid}` })
  return {
    process: found && { pid: found.pid, startNs: found.startNs, name: found.name, exePath: '' },
    container: container === undefined ? undefined : { id: container, name: undefined, image: undefined, pod: undefined },
  }
}

/** Through pidfds where the addon is built; evidence is to be had without it. */
async function nativeParts(): Promise<Pick<CaptureHost, 'signalProcess' | 'takePackets'>> {
  try {
    const addon = loadAddon()
    return {
      signalProcess: (pid, startNs, signal) => addon.signalProcess(pid, startNs, signal),
      takePackets: (pid, window) => takePackets(addon, pid, window),
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { signalProcess: signalByPid(PROC) }
  }
}

interface Keys {
  readonly key: string | undefined
  readonly state: string
}

const keysOf = ({ key, state }: Keys): TrustedKeys => ({
  given: key === undefined ? undefined : readPublicKey(key),
  host: hostPublicKey(state),
})

export const verifyHere = (path: string, keys: Keys): Promise<EvidenceVerification> => verifyBundle(path, keysOf(keys))

export const unpackHere = (path: string, to: string, keys: Keys): Promise<EvidenceVerification> => exportBundle(path, to, keysOf(keys))

export const showHere = (
  path: string,
  section: string | undefined,
  { maxBytes, ...keys }: Keys & { readonly maxBytes: number },
): Promise<ShownBundle> => showBundle(path, section, { keys: keysOf(keys), maxBytes })
