/**
 * How often the kernel did not run a program since it ran on that processor already: an interrupt came, or another task took the processor, and did
 * what the program is there for. Nothing of the program can count that; the kernel does, from 5.12 on, and since the program was loaded.
 */

export interface Skipped {
  readonly program: string
  readonly skipped: number
}

export interface SkippedRuns {
  /** What the kernel says of those that are loaded. One that was loaded anew begins at 0 again. */
  readonly update: (now: readonly Skipped[]) => void
  /** By program, since the start; those that were never skipped are left out. */
  readonly totals: () => ReadonlyMap<string, number>
}

export function createSkippedRuns(): SkippedRuns {
  const last = new Map<string, number>()
  const totals = new Map<string, number>()
  return {
    update: (now) => {
      for (const { program, skipped } of now) {
        const before = last.get(program) ?? 0
        last.set(program, skipped)
        const more = skipped >= before ? skipped - before : skipped
        if (more > 0) totals.set(program, (totals.get(program) ?? 0) + more)
      }
    },
    totals: () => totals,
  }
}
