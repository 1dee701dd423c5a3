/** Decides which parts of the conditions are worth remembering for the length of one event, and remembers them. */
import type { Clock } from '../lang/cell.ts'
import type { Share } from '../lang/compile.ts'
import type { Predicate } from '../lang/compile-check.ts'
import type { Plan } from '../lang/plan.ts'

/** A check that costs no more than this is as fast as looking up what it came to (bench/evaluate.ts). */
const CHEAP = 3

/** Parts that occur in more than one place of the plans are run once per event. */
export function createSharing(plans: readonly Plan[], clock: Clock): Share {
  const uses = countUses(plans)
  return (plan, compiled) => ((uses.get(plan.id) ?? 0) > 1 && plan.cost > CHEAP ? remember(compiled, clock) : compiled)
}

function remember(compiled: Predicate, clock: Clock): Predicate {
  let seen = -1
  let value = false
  return (event) => {
    if (seen !== clock.event) {
      value = compiled(event)
      seen = clock.event
    }
    return value
  }
}

function countUses(plans: readonly Plan[]): ReadonlyMap<number, number> {
  const uses = new Map<number, number>()
  const use = (plan: Plan): void => {
    const count = (uses.get(plan.id) ?? 0) + 1
    uses.set(plan.id, count)
    if (count > 1) return
    if (plan.kind === 'not') use(plan.child)
    else if (plan.kind === 'and' || plan.kind === 'or') plan.children.forEach(use)
  }
  plans.forEach(use)
  return uses
}
