/** The folding of equal events in the kernel: its knobs, and the timer at which it tells what it counted. */
import { KINDS, type KindName } from '../../events/kinds.ts'
import type { Addon, SensorHandle } from './addon.ts'

/** What of a KernelSource the folding brings; documented there. */
export interface Folding {
  setWindow(ms: number): void
  setUnfolded(kinds: ReadonlySet<KindName>): void
  /** Tells what is left; after it nothing is asked of the kernel any more. May be called again. */
  end(): void
}

const TELL_MS = 1000

/** Before Linux 5.10 the kernel cannot be asked: what was counted then comes with the next equal event, or not at all. */
export function startFolding(addon: Addon, handle: SensorHandle): Folding {
  const timer = setInterval(() => addon.tellRepeats(handle, false), TELL_MS)
  timer.unref()
  let ended = false
  return {
    setWindow: (ms) => {
      if (!ended) addon.setKnob(handle, 'fold_window_ns', 8, 0, Math.round(ms * 1e6))
    },
    setUnfolded: (kinds) => {
      if (ended) return
      for (const { id, name } of KINDS) addon.setKnob(handle, 'unfolded_kinds', 1, id, kinds.has(name) ? 1 : 0)
    },
    end: () => {
      if (ended) return
      ended = true
      clearInterval(timer)
      addon.tellRepeats(handle, true)
    },
  }
}
