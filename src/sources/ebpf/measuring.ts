/** What of the kernel side is asked and told by the one who watches its cost: run times of programs, sampling of kinds. */
import { KINDS, type KindName } from '../../events/kinds.ts'
import type { Addon, SensorHandle } from './addon.ts'
import { createSkippedRuns } from './skipped-runs.ts'

/** Of one program, while it was measured. */
export interface ProgramRuns {
  readonly program: string
  readonly runs: number
  readonly seconds: number
}

/** What of a KernelSource it brings; documented there. After `end` nothing is asked of the kernel any more. */
export interface Measuring {
  setSampling(shifts: ReadonlyMap<KindName, number>): void
  measurePrograms(on: boolean): boolean
  programRuns(): readonly ProgramRuns[]
  skippedRuns(): ReadonlyMap<string, number>
  end(): void
}

export function createMeasuring(addon: Addon, handle: SensorHandle): Measuring {
  let ended = false
  const skipped = createSkippedRuns()
  const read = () => (ended ? [] : addon.programRuns(handle))
  return {
    setSampling: (shifts) => {
      if (ended) return
      for (const { id, name } of KINDS) addon.setKnob(handle, 'sampled_kinds', 1, id, shifts.get(name) ?? 0)
    },
    measurePrograms: (on) => !ended && addon.measure(handle, on) === 0,
    programRuns: () => read().flatMap(({ program, runs, ns }) => (runs === 0 ? [] : [{ program, runs, seconds: ns / 1e9 }])),
    skippedRuns: () => {
      skipped.update(read())
      return skipped.totals()
    },
    end: () => {
      skipped.update(read())
      if (!ended) addon.measure(handle, false)
      ended = true
    },
  }
}
