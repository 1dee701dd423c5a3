/** What a running agent cannot do in full, and what would help. */
import type { DegradedFeature } from '../../findings/sensor-record.ts'
import { formatMs } from '../../lib/quantity.ts'
import type { Hook } from '../../sources/ebpf/attached.ts'
import type { BudgetState } from '../budget.ts'
import type { FilterState } from '../kernel-filters.ts'
import type { PreventionStatus } from '../prevention.ts'
import { weakPrevention } from './prevention-report.ts'

export interface Conditions {
  readonly hooks: readonly Hook[]
  /** Undefined before the first filters were set, and without filters. */
  readonly filters: FilterState | undefined
  /** Whether 32-bit calls are watched. */
  readonly compat: boolean
  readonly budget: BudgetState
  /** What waits for the server cannot be written. */
  readonly diskFails: boolean
  /** Events lines left out of history since the report before. */
  readonly historyLeft: number
  /** Undefined where there is none. */
  readonly prevention: PreventionStatus | undefined
}

export function degradedFeatures(conditions: Conditions): readonly DegradedFeature[] {
  return [
    ...refusedHooks(conditions.hooks),
    ...weakFilters(conditions.filters),
    ...(conditions.compat ? [] : [NO_COMPAT]),
    ...savingOf(conditions.budget),
    ...(conditions.diskFails ? [DISK_FAILS] : []),
    ...(conditions.historyLeft > 0 ? [historyGaps(conditions.historyLeft)] : []),
    ...weakPrevention(conditions.prevention),
  ]
}

function refusedHooks(hooks: readonly Hook[]): DegradedFeature[] {
  const refused = Map.groupBy(
    hooks.filter(({ state }) => state === 'failed'),
    ({ kind }) => kind ?? 'several kinds',
  )
  return [...refused].map(([kind, failed]) => ({
    name: `${kind} events`,
    detail: `The kernel refused ${failed.length} of their hooks: ${failed[0]?.reason ?? ''}`,
    fix: 'Please report it with the output of: tarsier doctor --json',
  }))
}

function weakFilters(filters: FilterState | undefined): DegradedFeature[] {
  if (filters === undefined) return []
  if (filters.errno !== 0) {
    return [
      {
        name: 'kernel filters',
        detail: `The kernel took no filters (error ${filters.errno}): every event is sent, which costs more.`,
        fix: 'Run: tarsier doctor',
      },
    ]
  }
  if (filters.unfiltered.length === 0) return []
  return [
    {
      name: 'kernel filters',
      detail: `The rules ask for too much of ${filters.unfiltered.join(', ')}: every such event is sent, which costs more.`,
      fix: 'Look at: tarsier rules filters',
    },
  ]
}

const NO_COMPAT: DegradedFeature = {
  name: '32-bit calls',
  detail: 'Calls of 32-bit programs are not watched (--no-compat).',
  fix: 'Start the agent without --no-compat.',
}

const DISK_FAILS: DegradedFeature = {
  name: 'spool',
  detail: 'What waits for the server cannot be written to the disk; it is kept in memory as long as there is room.',
  fix: 'Make room on the disk of the state folder.',
}

function savingOf({ step, foldWindowMs, shifts }: BudgetState): DegradedFeature[] {
  if (step === 0) return []
  const sampled = shifts.size === 0 ? '' : `; of ${[...shifts.keys()].join(', ')} a sample is watched`
  return [
    {
      name: 'processor time',
      detail: `--max-cpu is used up: equal events are folded within ${formatMs(foldWindowMs)}${sampled}.`,
      fix: 'Allow more with --max-cpu, or switch rules off: tarsier top says which cost most.',
    },
  ]
}

const historyGaps = (left: number): DegradedFeature => ({
  name: 'history',
  detail: `${left} events were left out of history in the last seconds: there were more than --history-rate allows, or no room.`,
  fix: 'Raise --history-rate, or switch off rules that look at too much.',
})
