/**
 * Reads that whoever is looked at can hold up for ever: its memory, what the lock of its memory guards, files of a file system that it serves. Each takes one of the few
 * threads of Node, which all of the agent shares: so only some are under way at once, and who did not answer before is not asked again until it does.
 */
import { setTimeout as sleep } from 'node:timers/promises'

/** Fewer than there are threads (UV_THREADPOOL_SIZE, which `tarsier` sets), less those of src/enrich/guarded-jobs.ts. */
const MAX_RUNNING = 4
const LATE_MS = 1000
const LOOK_MS = 10

let running = 0
/** How many reads of each are late. */
const late = new Map<string, number>()

/** `path`: what is read; what is below one folder of /proc is of one process. Throws as the kernel does, with EBUSY, what it will not even ask. */
export async function answered<T>(path: string, read: () => Promise<T>): Promise<T> {
  const whose = ownerOf(path)
  while (running >= MAX_RUNNING && !isHopeless(whose)) await sleep(LOOK_MS)
  if (isHopeless(whose)) throw Object.assign(new Error('an earlier read does not come back'), { code: 'EBUSY', syscall: 'read', path })
  running++
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    late.set(whose, (late.get(whose) ?? 0) + 1)
  }, LATE_MS)
  try {
    return await read()
  } finally {
    clearTimeout(timer)
    running--
    if (isLate) less(whose)
  }
}

const ownerOf = (path: string): string => /^(.*?\/proc\/\d+)\//.exec(path)?.[1] ?? path

const isHopeless = (whose: string): boolean => late.has(whose) || [...late.values()].reduce((sum, count) => sum + count, 0) >= MAX_RUNNING

function less(whose: string): void {
  const left = (late.get(whose) ?? 0) - 1
  if (left > 0) late.set(whose, left)
  else late.delete(whose)
}
