/**
 * Conditions as they are run: equal parts are one object, nested groups are flat, constants are folded, and cheap checks
 * stand before dear ones (checks have no effects, so their order does not change the result).
 */
import type { Vocabulary } from '../events/field.ts'
import { type CheckNode, type Expression, printCheck } from './ast.ts'
import type { BoundCheck } from './bound.ts'
import { bindCheck } from './check.ts'
import { chanceOf, costOf } from './estimate.ts'
import { numberIsAlways } from './event-types.ts'

export interface ConstantPlan {
  readonly kind: 'constant'
  readonly id: number
  readonly value: boolean
  readonly cost: number
  readonly chance: number
}

export interface TestPlan {
  readonly kind: 'test'
  readonly id: number
  readonly check: BoundCheck
  readonly cost: number
  readonly chance: number
}

export interface NotPlan {
  readonly kind: 'not'
  readonly id: number
  readonly child: Plan
  readonly cost: number
  readonly chance: number
}

export interface GroupPlan {
  readonly kind: 'and' | 'or'
  readonly id: number
  /** First what decides most for what it costs. */
  readonly children: readonly Plan[]
  readonly cost: number
  readonly chance: number
}

/** `cost`: rough, in units of comparing a number. `chance`: that it holds for an event, as a guess from its form. */
export type Plan = ConstantPlan | TestPlan | NotPlan | GroupPlan

export const TRUE: ConstantPlan = { kind: 'constant', id: 0, value: true, cost: 0, chance: 1 }
export const FALSE: ConstantPlan = { kind: 'constant', id: 1, value: false, cost: 0, chance: 0 }

/** Makes plans over one vocabulary. Two expressions that mean the same by their form give the same object. */
export interface Planner {
  /** The plan of a linked condition. Throws LanguageError where a check does not fit the vocabulary. */
  readonly plan: (expression: Expression) => Plan
  readonly negate: (child: Plan) => Plan
  readonly group: (kind: 'and' | 'or', children: readonly Plan[]) => Plan
}

export function createPlanner(vocabulary: Vocabulary): Planner {
  const interned = new Map<string, Plan>()
  const planned = new Map<Expression, Plan>()
  let nextId = 2

  function intern(key: string, make: (id: number) => Plan): Plan {
    const known = interned.get(key)
    if (known !== undefined) return known
    const made = make(nextId++)
    interned.set(key, made)
    return made
  }

  function negate(child: Plan): Plan {
    if (child.kind === 'constant') return child.value ? FALSE : TRUE
    if (child.kind === 'not') return child.child
    return intern(`!${child.id}`, (id) => ({ kind: 'not', id, child, cost: child.cost, chance: 1 - child.chance }))
  }

  function group(kind: 'and' | 'or', given: readonly Plan[]): Plan {
    const neutral = kind === 'and'
    const flat = given.flatMap((child) => (child.kind === kind ? child.children : [child]))
    if (flat.some((child) => child.kind === 'constant' && child.value !== neutral)) return neutral ? FALSE : TRUE
    const children = inOrder(
      kind,
      [...new Set(flat)].filter((child) => child.kind !== 'constant'),
    )
    const [only] = children
    if (only === undefined) return neutral ? TRUE : FALSE
    if (children.length === 1) return only
    return intern(`${kind}${children.map((child) => child.id).join(',')}`, (id) => ({ kind, id, children, ...expectation(kind, children) }))
  }

  function planCheck(node: CheckNode): Plan {
    const check = bindCheck(node, vocabulary)
    const always = numberIsAlways(node)
    if (always !== undefined) return always ? TRUE : FALSE
    const empty = check.operator.right !== 'none' && check.rightOperand === undefined && check.constants.length === 0
    if (empty && check.left.shape.many !== 'list') return FALSE
    return intern(`?${printCheck(node)}`, (id) => ({ kind: 'test', id, check, cost: costOf(check), chance: chanceOf(check) }))
  }

  function planNode(node: Expression): Plan {
    switch (node.kind) {
      case 'and':
      case 'or':
        return group(node.kind, node.children.map(plan))
      case 'not':
        return negate(plan(node.child))
      case 'macro':
        return node.body === undefined ? FALSE : plan(node.body)
      case 'check':
        return planCheck(node)
      default:
        return node satisfies never
    }
  }

  function plan(node: Expression): Plan {
    const known = planned.get(node)
    if (known !== undefined) return known
    const made = planNode(node)
    planned.set(node, made)
    return made
  }

  return { plan, negate, group }
}

/** The order in which independent checks cost least: by cost over the chance that they decide. */
function inOrder(kind: 'and' | 'or', children: readonly Plan[]): Plan[] {
  const rank = ({ cost, chance }: Plan): number => cost / Math.max(0.001, kind === 'and' ? 1 - chance : chance)
  return children.toSorted((a, b) => rank(a) - rank(b) || a.id - b.id)
}

/** What a group costs on average, and how often it holds, were its parts independent. */
function expectation(kind: 'and' | 'or', children: readonly Plan[]): { readonly cost: number; readonly chance: number } {
  let cost = 0
  let reached = 1
  for (const child of children) {
    cost += reached * child.cost
    reached *= kind === 'and' ? child.chance : 1 - child.chance
  }
  return { cost, chance: kind === 'and' ? reached : 1 - reached }
}
