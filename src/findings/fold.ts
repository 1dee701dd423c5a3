/**
 * Folds equal findings of one process: the first is passed on at once, those that follow inside the window are counted,
 * and when the window closes one more finding with their `count` follows. As long as repeats come, windows follow each
 * other, so that a loop costs one line a window. The counts of all findings passed on always add up to those taken in.
 *
 * It runs on event time, so that a replay folds as the live run did.
 */
import type { Finding } from './finding.ts'

export interface FoldOptions {
  /** 0 passes everything on. */
  readonly windowNs: number
  /** The most processes × rules remembered; beyond, the oldest window is closed early (and counted). */
  readonly maxKeys: number
  readonly emit: (finding: Finding) => void
}

export interface FoldStats {
  readonly taken: number
  readonly emitted: number
  /** Findings that were counted into another instead of being passed on themselves. */
  readonly folded: number
  /** Windows closed early for want of room. */
  readonly evicted: number
  readonly open: number
}

export interface Fold {
  readonly push: (finding: Finding) => void
  /** Closes the windows that ended before `nowNs` (event time). */
  readonly advance: (nowNs: number) => void
  /** Closes all windows. */
  readonly flush: () => void
  readonly stats: () => FoldStats
}

/** Event ids kept in a folded finding: enough to look up examples. */
const MAX_EVENT_IDS = 16

interface Window {
  endNs: number
  first: Finding | undefined
  count: number
  eventIds: string[]
}

/**
 * Windows have one length, so the map's insertion order is the order in which they end (one that follows another may
 * stand a little late: it is closed late by at most the time between two calls of `advance`).
 */
export function createFold({ windowNs, maxKeys, emit }: FoldOptions): Fold {
  const windows = new Map<string, Window>()
  const stats = { taken: 0, emitted: 0, folded: 0, evicted: 0 }

  function push(finding: Finding): void {
    stats.taken += finding.count
    const window = windowAt(finding.foldKey, finding.timeNs)
    if (window) {
      count(window, finding)
      return
    }
    pass(finding)
    if (windowNs > 0) open(finding.foldKey, finding.timeNs + windowNs)
  }

  /** The window of that key which is open at `timeNs`, after closing those that ended before. */
  function windowAt(key: string, timeNs: number): Window | undefined {
    let window = windows.get(key)
    while (window && timeNs >= window.endNs) window = roll(key, window)
    return window
  }

  /** Closes a window. One that had repeats is followed by the next, one that had none is forgotten. */
  function roll(key: string, window: Window): Window | undefined {
    windows.delete(key)
    if (!summarise(window)) return undefined
    return open(key, window.endNs + windowNs)
  }

  function open(key: string, endNs: number): Window {
    const window: Window = { endNs, first: undefined, count: 0, eventIds: [] }
    windows.set(key, window)
    if (windows.size > maxKeys) evict()
    return window
  }

  function evict(): void {
    for (const [key, window] of windows) {
      windows.delete(key)
      stats.evicted++
      summarise(window)
      return
    }
  }

  function count(window: Window, finding: Finding): void {
    window.first ??= finding
    window.count += finding.count
    for (const id of finding.eventIds) if (window.eventIds.length < MAX_EVENT_IDS) window.eventIds.push(id)
  }

  function summarise({ first, count, eventIds }: Window): boolean {
    if (!first) return false
    stats.folded += count - 1
    pass({ ...first, count, eventIds })
    return true
  }

  function pass(finding: Finding): void {
    stats.emitted++
    emit(finding)
  }

  function advance(nowNs: number): void {
    for (const [key, window] of windows) {
      if (window.endNs > nowNs) return
      roll(key, window)
    }
  }

  function flush(): void {
    for (const window of windows.values()) summarise(window)
    windows.clear()
  }

  return Object.freeze({ push, advance, flush, stats: () => ({ ...stats, open: windows.size }) })
}
