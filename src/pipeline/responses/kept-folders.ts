/**
 * What responses keep on the disk, within bounds: the oldest evidence and pasts go when they are too many or too old, of workloads that have most. What is in quarantine goes by
 * nobody's hand but a person's.
 */
import { type Dirent, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { formatBytes } from '../../lib/quantity.ts'

export const KEPT_FOLDERS = ['evidence', 'flight', 'quarantine'] as const
export type KeptFolder = (typeof KEPT_FOLDERS)[number]

export interface KeepLimit {
  /** As the disk counts them. */
  readonly maxBytes: number
  readonly maxAgeMs: number
}

export type KeepLimits = Readonly<Record<Exclude<KeptFolder, 'quarantine'>, KeepLimit>>

export interface KeptState {
  readonly files: number
  readonly bytes: number
  /** Since the agent began. */
  readonly deleted: { readonly files: number; readonly bytes: number }
}

export interface KeptFolders {
  readonly state: () => Readonly<Record<KeptFolder, KeptState>>
  /** So much was written there: the oldest go as soon as that is too much. */
  readonly wrote: (folder: KeptFolder, bytes: number) => void
  /** Looks at the disk, and throws away what is beyond. Call it every ten minutes. */
  readonly expire: () => void
}

export interface KeptFoldersOptions {
  /** The folder of what outlives a run. */
  readonly state: string
  readonly limits: KeepLimits
  readonly nowMs: () => number
  /** In words, what was thrown away and why. */
  readonly onDeleted: (folder: KeptFolder, words: string, deleted: KeptState['deleted']) => void
  readonly onFailed: (folder: KeptFolder, reason: string) => void
}

/** What is younger may still be written. */
const SPARED_MS = 10 * 60_000
/** So far below the limit, that not every write has to look at the disk. */
const ROOM = 0.9
const BLOCK = 512
const NONE: KeptState = { files: 0, bytes: 0, deleted: { files: 0, bytes: 0 } }

interface KeptFile {
  readonly path: string
  /** The folder of a workload that it lies in; empty: in none. */
  readonly share: string
  readonly bytes: number
  readonly timeMs: number
}

export function createKeptFolders({ state: root, limits, nowMs, onDeleted, onFailed }: KeptFoldersOptions): KeptFolders {
  const states: Record<KeptFolder, KeptState> = { evidence: NONE, flight: NONE, quarantine: NONE }

  function look(folder: KeptFolder): void {
    try {
      const files = filesBelow(join(root, folder))
      const left = folder === 'quarantine' ? files : within(folder, files)
      states[folder] = { ...states[folder], ...measured(left) }
    } catch (error) {
      onFailed(folder, (error as Error).message)
    }
  }

  /** Those that stay. */
  function within(folder: keyof KeepLimits, files: readonly KeptFile[]): readonly KeptFile[] {
    const { maxBytes, maxAgeMs } = limits[folder]
    const now = nowMs()
    const { bytes } = measured(files)
    const failures: string[] = []
    /** One that stays keeps none of the others. */
    function isThrownAway({ path }: KeptFile): boolean {
      try {
        rmSync(path, { force: true })
        return true
      } catch (error) {
        failures.push((error as Error).message)
        return false
      }
    }
    const old = files.filter(({ timeMs }) => now - timeMs > maxAgeMs).filter(isThrownAway)
    const rest = files.filter(({ timeMs }) => now - timeMs <= maxAgeMs)
    const over = bytes > maxBytes ? throwBeyond(rest, maxBytes * ROOM, (one) => now - one.timeMs > SPARED_MS && isThrownAway(one)) : []
    const going = [...old, ...over]
    if (going.length > 0) tell(folder, measured(going), bytes > maxBytes ? `it had ${formatBytes(bytes)}` : 'they were too old')
    if (failures.length > 0) onFailed(folder, `${failures.length} files: ${failures[0]}`)
    for (const share of new Set(going.map((one) => one.share))) if (share !== '') removeIfEmpty(join(root, folder, share))
    const gone = new Set(going)
    return files.filter((one) => !gone.has(one))
  }

  function tell(folder: KeptFolder, gone: KeptState['deleted'], why: string): void {
    const { deleted } = states[folder]
    states[folder] = { ...states[folder], deleted: { files: deleted.files + gone.files, bytes: deleted.bytes + gone.bytes } }
    onDeleted(folder, `${gone.files} files (${formatBytes(gone.bytes)}) of ${folder} were thrown away: ${why}`, gone)
  }

  return Object.freeze({
    state: () => ({ ...states }),
    wrote: (folder: KeptFolder, bytes: number) => {
      states[folder] = { ...states[folder], files: states[folder].files + 1, bytes: states[folder].bytes + bytes }
      if (folder !== 'quarantine' && states[folder].bytes > limits[folder].maxBytes) look(folder)
    },
    expire: () => {
      for (const folder of KEPT_FOLDERS) look(folder)
    },
  })
}

/**
 * Throws away so much that the rest has `room`: of each share the oldest, beyond what each may have. Who makes much evidence of himself pushes out no other's.
 * `throwAway` returns false for one that stays. Returns those that are gone.
 */
function throwBeyond(files: readonly KeptFile[], room: number, throwAway: (file: KeptFile) => boolean): readonly KeptFile[] {
  const shares = Map.groupBy(files, ({ share }) => share)
  const each = fairShare(
    [...shares.values()].map((own) => measured(own).bytes),
    room,
  )
  return [...shares.values()].flatMap((own) => {
    let { bytes } = measured(own)
    return own
      .toSorted((a, b) => a.timeMs - b.timeMs)
      .filter((one) => {
        if (bytes <= each || !throwAway(one)) return false
        bytes -= one.bytes
        return true
      })
  })
}

/** The most that each may have, so that all have `room` together: those with less leave theirs to the others. */
function fairShare(shares: readonly number[], room: number): number {
  let left = room
  for (const [at, bytes] of shares.toSorted((a, b) => a - b).entries()) {
    const each = left / (shares.length - at)
    if (bytes > each) return each
    left -= bytes
  }
  return room
}

/** Files and folders that are there, for those who look without an agent. */
export function keptBytes(root: string, folder: KeptFolder): Pick<KeptState, 'files' | 'bytes'> {
  return measured(filesBelow(join(root, folder)))
}

const measured = (files: readonly KeptFile[]): Pick<KeptState, 'files' | 'bytes'> => ({
  files: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
})

/** Regular ones alone: no link is followed. None where the folder is not there. */
function filesBelow(folder: string, share = ''): readonly KeptFile[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path, share || entry.name)
    const stat = entry.isFile() ? statSync(path, { throwIfNoEntry: false }) : undefined
    return stat === undefined ? [] : [{ path, share, bytes: stat.blocks * BLOCK, timeMs: stat.mtimeMs }]
  })
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
