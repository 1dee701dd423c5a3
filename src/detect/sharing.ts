/** Decides which parts of the conditions are worth remembering for the length of one event, and remembers them. */
import type { BoundOperand } from '../lang/bound.ts'
import type { Sharing } from '../lang/compile.ts'
import type { Getter, Predicate } from '../lang/compile-check.ts'
import type { Plan } from '../lang/plan.ts'

/** Counts events, so that what was remembered of the last one is known to be old. */
export interface Clock {
  event: number
}

/** A check that costs no more than this is as fast as looking up what it came to (bench/evaluate.ts). */
const CHEAP = 3

/** Parts that occur in more than one place of the plans are run once per event; so are fields that are read more than once. */
export function createSharing(plans: readonly Plan[], alsoRead: readonly BoundOperand[], clock: Clock): Sharing {
  const { planUses, operandUses } = countUses(plans, alsoRead)
  return {
    predicate: (plan, compiled) => ((planUses.get(plan.id) ?? 0) > 1 && plan.cost > CHEAP ? rememberPredicate(compiled, clock) : compiled),
    getter: (operand, compiled) =>
      operand.kind !== 'text' && (operandUses.get(operand.key) ?? 0) > 1 ? rememberGetter(compiled, clock) : compiled,
  }
}

function rememberPredicate(compiled: Predicate, clock: Clock): Predicate {
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

function rememberGetter(compiled: Getter, clock: Clock): Getter {
  let seen = -1
  let value: ReturnType<Getter>
  return (event) => {
    if (seen !== clock.event) {
      value = compiled(event)
      seen = clock.event
    }
    return value
  }
}

interface Uses {
  readonly planUses: ReadonlyMap<number, number>
  readonly operandUses: ReadonlyMap<string, number>
}

function countUses(plans: readonly Plan[], alsoRead: readonly BoundOperand[]): Uses {
  const planUses = new Map<number, number>()
  const operandUses = new Map<string, number>()

  function useOperand(operand: BoundOperand): void {
    operandUses.set(operand.key, (operandUses.get(operand.key) ?? 0) + 1)
    if (operand.kind === 'transform') operand.inputs.forEach(useOperand)
    else if (operand.kind === 'list') operand.items.forEach(useOperand)
  }

  function usePlan(plan: Plan): void {
    const uses = (planUses.get(plan.id) ?? 0) + 1
    planUses.set(plan.id, uses)
    if (uses > 1) return
    if (plan.kind === 'test') {
      useOperand(plan.check.left)
      if (plan.check.rightOperand !== undefined) useOperand(plan.check.rightOperand)
    } else if (plan.kind === 'not') usePlan(plan.child)
    else if (plan.kind !== 'constant') plan.children.forEach(usePlan)
  }

  plans.forEach(usePlan)
  alsoRead.forEach(useOperand)
  return { planUses, operandUses }
}
