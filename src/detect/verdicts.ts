/**
 * Which terms of an interest the facts of one process rule out, whatever else an event of it will say. Of each condition is left
 * what speaks of stable fields only: a check of anything else could hold, and could fail. What is left and does not hold rules out.
 */
import type { Event } from '../events/event.ts'
import type { Interest, Term } from '../events/interest.ts'
import { KINDS, type KindName } from '../events/kinds.ts'
import type { BoundOperand } from '../lang/bound.ts'
import { createCompiler } from '../lang/compile.ts'
import type { Predicate } from '../lang/compile-check.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { FALSE, type Plan, type Planner, type TestPlan, TRUE } from '../lang/plan.ts'
import { createSpecialiser } from './specialise.ts'
import { type Need, STABLE_FIELDS } from './stable-fields.ts'

/** What is known of a process beside its count of execs. */
export type Knowledge = Readonly<Record<Need, boolean>>

export interface Verdicts {
  /**
   * The terms of the event's kind that are left, a bit each. Undefined where the kind is not filtered or every term is left whatever the
   * process is.
   */
  readonly judge: (event: Event & { readonly kind: KindName }, known: Knowledge) => bigint | undefined
  /** Whether a verdict on some process could rule out a term of that kind. */
  readonly canRuleOut: (kind: KindName) => boolean
}

/** The part of a kind's terms that processes decide. */
interface Screen {
  readonly always: bigint
  readonly tests: readonly { readonly holds: Predicate; readonly bits: bigint }[]
}

const NEEDS: readonly Need[] = ['arguments', 'container', 'parent', 'parentArguments']
const EVERYTHING = (1 << NEEDS.length) - 1

/** `rules` and `planner` as the engine has them. */
export function createVerdicts(rules: readonly CompiledRule[], planner: Planner, interest: Interest): Verdicts {
  const byName = Map.groupBy(
    rules.filter(({ rule }) => rule.source === 'syscall'),
    ({ rule }) => rule.name,
  )
  const clock = { event: 0 }
  const compiler = createCompiler(clock)
  const screens = new Map<string, Screen>()
  const bounds = Array.from({ length: EVERYTHING + 1 }, (_, known) => createBounds(planner, known))

  function screenOf(kind: KindName, terms: readonly Term[], known: number): Screen {
    const key = `${kind} ${known}`
    const screen = screens.get(key) ?? makeScreen(kind, terms, known)
    screens.set(key, screen)
    return screen
  }

  function makeScreen(kind: KindName, terms: readonly Term[], known: number): Screen {
    const types = KINDS.find(({ name }) => name === kind)?.types ?? []
    const specialisers = types.map((type) => createSpecialiser(planner, type))
    const atMost = bounds[known] as Bounds
    const ofRule = (name: string): Plan[] =>
      (byName.get(name) ?? []).flatMap(({ rule }) =>
        specialisers.map((specialise) => atMost.upper(specialise(planner.plan(rule.expression)))),
      )
    const plans = terms.map((term) =>
      term.rules.every((name) => byName.has(name)) ? planner.group('or', term.rules.flatMap(ofRule)) : TRUE,
    )
    const bits = new Map<Plan, bigint>()
    for (const [index, plan] of plans.entries()) bits.set(plan, (bits.get(plan) ?? 0n) | (1n << BigInt(index)))
    return {
      always: bits.get(TRUE) ?? 0n,
      tests: [...bits].filter(([plan]) => plan.kind !== 'constant').map(([plan, of]) => ({ holds: compiler.predicate(plan), bits: of })),
    }
  }

  const judge: Verdicts['judge'] = (event, known) => {
    const terms = interest.get(event.kind)
    if (terms === undefined) return undefined
    const screen = screenOf(event.kind, terms, numberOf(known))
    if (screen.tests.length === 0) return undefined
    clock.event++
    return screen.tests.reduce((mask, { holds, bits }) => (holds(event) ? mask | bits : mask), screen.always)
  }

  const canRuleOut = (kind: KindName): boolean => {
    const terms = interest.get(kind)
    return terms !== undefined && screenOf(kind, terms, EVERYTHING).tests.length > 0
  }

  return Object.freeze({ judge, canRuleOut })
}

const numberOf = (known: Knowledge): number => NEEDS.reduce((sum, need, bit) => sum | (known[need] ? 1 << bit : 0), 0)

interface Bounds {
  /** Holds wherever the plan can hold, and speaks of stable fields only. */
  readonly upper: (plan: Plan) => Plan
}

function createBounds(planner: Planner, known: number): Bounds {
  const uppers = new Map<number, Plan>()
  const lowers = new Map<number, Plan>()

  function bound(plan: Plan, up: boolean): Plan {
    const memory = up ? uppers : lowers
    const before = memory.get(plan.id)
    if (before !== undefined) return before
    const made = make(plan, up)
    memory.set(plan.id, made)
    return made
  }

  function make(plan: Plan, up: boolean): Plan {
    switch (plan.kind) {
      case 'constant':
        return plan
      case 'test':
        return isStable(plan, known) ? plan : up ? TRUE : FALSE
      case 'not':
        return planner.negate(bound(plan.child, !up))
      case 'and':
      case 'or':
        return planner.group(
          plan.kind,
          plan.children.map((child) => bound(child, up)),
        )
      default:
        return plan satisfies never
    }
  }

  return { upper: (plan) => bound(plan, true) }
}

const NEEDED: ReadonlyMap<string, number> = new Map(
  STABLE_FIELDS.map(({ name, needs }) => [name, needs.reduce((sum, need) => sum | (1 << NEEDS.indexOf(need)), 0)]),
)

function isStable({ check }: TestPlan, known: number): boolean {
  return isKnown(check.left, known) && (check.rightOperand === undefined || isKnown(check.rightOperand, known))
}

function isKnown(operand: BoundOperand, known: number): boolean {
  switch (operand.kind) {
    case 'field':
    case 'words': {
      const needed = NEEDED.get(operand.definition.name)
      return needed !== undefined && (needed & ~known) === 0
    }
    case 'text':
      return true
    case 'list':
      return operand.items.every((item) => isKnown(item, known))
    case 'transform':
      return operand.inputs.every((input) => isKnown(input, known))
    default:
      return operand satisfies never
  }
}
