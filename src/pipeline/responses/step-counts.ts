/** How often each step of an action was made, for metrics. */
import type { ActionMode, ActionPhase, ActionRecord } from '../../findings/action-record.ts'

export interface StepCount {
  readonly action: string
  readonly mode: ActionMode
  readonly phase: ActionPhase
  readonly count: number
}

export interface StepCounts {
  /** After each step. */
  readonly add: (record: Pick<ActionRecord, 'action' | 'mode' | 'phase'>) => void
  readonly all: () => readonly StepCount[]
}

/** Actions, modes and phases are few: there are at most some hundreds. */
export function createStepCounts(): StepCounts {
  const counts = new Map<string, StepCount>()
  return Object.freeze({
    add: ({ action, mode, phase }: Pick<ActionRecord, 'action' | 'mode' | 'phase'>) => {
      const key = `${action} ${mode} ${phase}`
      counts.set(key, { action, mode, phase, count: (counts.get(key)?.count ?? 0) + 1 })
    },
    all: () => [...counts.values()],
  })
}
