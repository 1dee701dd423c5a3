/** What responses keep on the disk, within bounds: the oldest evidence and pasts go when they are too many or too old. What is in quarantine goes by nobody's hand but a person's. */
import { type Dirent, readdirSync, rmSync, statSync } from 'node:fs'
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
    let over = bytes > maxBytes ? bytes - maxBytes * ROOM : 0
    const failures: string[] = []
    /** One that stays keeps none of the others. */
    function isThrownAway(path: string): boolean {
      try {
        rmSync(path, { force: true })
        return true
      } catch (error) {
        failures.push((error as Error).message)
        return false
      }
    }
    const going = files
      .toSorted((a, b) => a.timeMs - b.timeMs)
      .filter(({ path, timeMs, bytes: own }) => {
        const goes = now - timeMs > maxAgeMs || (over > 0 && now - timeMs > SPARED_MS)
        if (!goes || !isThrownAway(path)) return false
        over -= own
        return true
      })
    if (going.length > 0) tell(folder, measured(going), bytes > maxBytes ? `it had ${formatBytes(bytes)}` : 'they were too old')
    if (failures.length > 0) onFailed(folder, `${failures.length} files: ${failures[0]}`)
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

/** Files and folders that are there, for those who look without an agent. */
export function keptBytes(root: string, folder: KeptFolder): Pick<KeptState, 'files' | 'bytes'> {
  return measured(filesBelow(join(root, folder)))
}

const measured = (files: readonly KeptFile[]): Pick<KeptState, 'files' | 'bytes'> => ({
  files: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
})

/** Regular ones alone: no link is followed. None where the folder is not there. */
function filesBelow(folder: string): readonly KeptFile[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    const stat = entry.isFile() ? statSync(path, { throwIfNoEntry: false }) : undefined
    return stat === undefined ? [] : [{ path, bytes: stat.blocks * BLOCK, timeMs: stat.mtimeMs }]
  })
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
