/** The rules of one source for one event type, compiled together: what they have in common runs once per event. */
import type { Event } from '../events/event.ts'
import { createCompiler } from '../lang/compile.ts'
import type { Predicate } from '../lang/compile-check.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { FALSE, type Plan, type Planner, TRUE } from '../lang/plan.ts'
import { findCandidates, lookUp } from './candidates.ts'
import { type Clock, createSharing } from './sharing.ts'
import { createSpecialiser } from './specialise.ts'

export interface Program {
  /** Calls `onMatch` in order of definition; stops at the first where that is asked. Returns how many matched. */
  readonly run: (event: Event, onMatch: (rule: CompiledRule, event: Event) => void, firstOnly: boolean) => number
}

export function createPrograms(rules: readonly CompiledRule[], planner: Planner): (source: string, type: string) => Program {
  return (source, type) => {
    const specialise = createSpecialiser(planner, type)
    const chosen = rules.flatMap((rule) => {
      if (rule.rule.source !== source) return []
      const plan = specialise(planner.plan(rule.rule.expression))
      return plan === FALSE ? [] : [{ rule, plan }]
    })
    return createProgram(chosen, planner)
  }
}

interface Chosen {
  readonly rule: CompiledRule
  readonly plan: Plan
}

function createProgram(chosen: readonly Chosen[], planner: Planner): Program {
  const rules = chosen.map(({ rule }) => rule)
  const { always, indexes, known } = findCandidates(chosen.map(({ plan }) => plan))
  const plans = chosen.map(({ plan }, index) => without(plan, known.get(index), planner))
  const clock: Clock = { event: 0 }
  const compiler = createCompiler(
    createSharing(
      plans,
      indexes.map(({ operand }) => operand),
      clock,
    ),
  )
  const predicates = plans.map(compiler.predicate)
  const lookups = indexes.map((index) => ({ index, get: compiler.getter(index.operand) }))
  const found: number[] = []

  function tryRules(
    order: readonly number[],
    event: Event,
    onMatch: (rule: CompiledRule, event: Event) => void,
    firstOnly: boolean,
  ): number {
    let matched = 0
    for (let at = 0; at < order.length; at++) {
      const rule = order[at] as number
      if (!(predicates[rule] as Predicate)(event)) continue
      matched++
      onMatch(rules[rule] as CompiledRule, event)
      if (firstOnly) break
    }
    return matched
  }

  return {
    run: (event, onMatch, firstOnly) => {
      clock.event++
      found.length = 0
      for (const { index, get } of lookups) lookUp(index, get(event), found)
      if (found.length === 0) return tryRules(always, event, onMatch, firstOnly)
      const order = [...new Set([...always, ...found])].sort((a, b) => a - b)
      return tryRules(order, event, onMatch, firstOnly)
    },
  }
}

/** The plan without the check that is known to hold. */
function without(plan: Plan, known: Plan | undefined, planner: Planner): Plan {
  if (known === undefined) return plan
  if (plan === known) return TRUE
  return plan.kind === 'and'
    ? planner.group(
        'and',
        plan.children.filter((child) => child !== known),
      )
    : plan
}
