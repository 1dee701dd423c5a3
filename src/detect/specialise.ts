/** The part of a plan that is left once the event's type is known: checks of evt.type are constants then. */

import type { Event } from '../events/event.ts'
import { createCell } from '../lang/cell.ts'
import { compileCheck } from '../lang/compile-check.ts'
import { FALSE, type Plan, type Planner, type TestPlan, TRUE } from '../lang/plan.ts'

/** Returns a function over plans of the planner. An empty type is that of an event which has none. */
export function createSpecialiser(planner: Planner, type: string): (plan: Plan) => Plan {
  const known = new Map<number, Plan>()

  function specialise(plan: Plan): Plan {
    const before = known.get(plan.id)
    if (before !== undefined) return before
    const result = rebuild(plan)
    known.set(plan.id, result)
    return result
  }

  function rebuild(plan: Plan): Plan {
    switch (plan.kind) {
      case 'constant':
        return plan
      case 'test':
        return isOfType(plan) ? (holds(plan, type) ? TRUE : FALSE) : plan
      case 'not':
        return planner.negate(specialise(plan.child))
      case 'and':
      case 'or':
        return planner.group(plan.kind, plan.children.map(specialise))
      default:
        return plan satisfies never
    }
  }

  return specialise
}

const isOfType = ({ check }: TestPlan): boolean => check.left.key === 'evt.type' && check.rightOperand === undefined

/** The check of evt.type, run on the type alone. */
function holds({ check }: TestPlan, type: string): boolean {
  const value = type === '' ? undefined : type
  return compileCheck(check, () => createCell({ event: 0 }, () => value))(NO_EVENT)
}

/** The reader above does not look at the event. */
const NO_EVENT = Object.freeze({}) as Event
