/** Applies the budget to the running sensor and says so. */
import type { Finding } from '../findings/finding.ts'
import { INTERNAL_RULES, internalFinding } from '../findings/internal-finding.ts'
import { formatMs } from '../lib/quantity.ts'
import { type Budget, type BudgetChange, type BudgetState, createBudget } from './budget.ts'
import type { LiveEvents } from './live-events.ts'
import { savingSteps, type Wanting } from './saving-steps.ts'

export interface BudgetGuardOptions {
  /** Of one processor; undefined only measures. */
  readonly maxShare: number | undefined
  readonly rules: readonly Wanting[]
  readonly hostname: string
  readonly knobs: Pick<LiveEvents['knobs'], 'setFoldWindow' | 'setSampling'>
  readonly emit: (finding: Finding) => void
}

const RULE_OF = {
  tightened: INTERNAL_RULES.budgetTightened,
  eased: INTERNAL_RULES.budgetEased,
  exceeded: INTERNAL_RULES.budgetExceeded,
} as const

export interface BudgetGuard {
  /** Call it about once a second. `nowNs`: since 1970. */
  readonly check: (nowNs: number) => void
  /** Other rules will run: begins anew without any saving, since they may want what was sampled. */
  readonly use: (rules: readonly Wanting[]) => void
  readonly state: Budget['state']
}

export function createBudgetGuard({ maxShare, rules, hostname, knobs, emit }: BudgetGuardOptions): BudgetGuard {
  let budget = createBudget({ maxShare, steps: savingSteps(rules) })
  return Object.freeze({
    check: (nowNs: number) => {
      const change = budget.update(cpuSeconds(), performance.now() / 1e3)
      if (change === undefined) return
      apply(change.state)
      emit(findingOf(change, nowNs, hostname))
    },
    use: (next: readonly Wanting[]) => {
      const saving = budget.state().step > 0
      budget = createBudget({ maxShare, steps: savingSteps(next) })
      if (!saving) return
      apply(budget.state())
      emit(findingOf({ what: 'eased', state: budget.state() }, Date.now() * 1e6, hostname))
    },
    state: () => budget.state(),
  })

  function apply({ foldWindowMs, shifts }: BudgetState): void {
    knobs.setFoldWindow(foldWindowMs)
    knobs.setSampling(shifts)
  }
}

/** Of all threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function findingOf({ what, state }: BudgetChange, timeNs: number, hostname: string): Finding {
  const { maxShare = 0, share, step, foldWindowMs, shifts } = state
  const fields = {
    'tarsier.cpu_percent': Math.round(share * 1000) / 10,
    'tarsier.max_cpu_percent': Math.round(maxShare * 1000) / 10,
    'tarsier.step': step,
    'tarsier.fold_window_ms': foldWindowMs,
    'tarsier.sampled': shifts.size === 0 ? null : sampledText(shifts),
  }
  return internalFinding(RULE_OF[what], { output: sentence(what, state), fields, timeNs, hostname })
}

function sentence(what: BudgetChange['what'], { maxShare = 0, share, foldWindowMs, shifts }: BudgetState): string {
  const used = `${(share * 100).toFixed(1)} % of a processor used, ${(maxShare * 100).toFixed(1)} % allowed`
  const folding = `equal events are folded within ${formatMs(foldWindowMs)}`
  const sampling = shifts.size === 0 ? 'no kind of events is sampled' : `sampled: ${sampledText(shifts)}`
  const more = what === 'exceeded' ? '; what is left is watched in full, since rules of priority warning or above want it' : ''
  return `${used}: ${folding}, ${sampling}${more}`
}

const sampledText = (shifts: BudgetState['shifts']): string => [...shifts].map(([kind, shift]) => `${kind} 1 in ${2 ** shift}`).join(', ')
