/**
 * Conditions as they are run: equal parts are one object, nested groups are flat, constants are folded, and cheap checks
 * stand before dear ones (checks have no effects, so their order does not change the result).
 */
import type { Vocabulary } from '../events/field.ts'
import { type CheckNode, type Expression, printCheck } from './ast.ts'
import type { BoundCheck, BoundOperand } from './bound.ts'
import { bindCheck } from './check.ts'
import { numberIsAlways } from './event-types.ts'

export interface ConstantPlan {
  readonly kind: 'constant'
  readonly id: number
  readonly value: boolean
  readonly cost: number
}

export interface TestPlan {
  readonly kind: 'test'
  readonly id: number
  readonly check: BoundCheck
  readonly cost: number
}

export interface NotPlan {
  readonly kind: 'not'
  readonly id: number
  readonly child: Plan
  readonly cost: number
}

export interface GroupPlan {
  readonly kind: 'and' | 'or'
  readonly id: number
  /** Cheapest first. */
  readonly children: readonly Plan[]
  readonly cost: number
}

export type Plan = ConstantPlan | TestPlan | NotPlan | GroupPlan

export const TRUE: ConstantPlan = { kind: 'constant', id: 0, value: true, cost: 0 }
export const FALSE: ConstantPlan = { kind: 'constant', id: 1, value: false, cost: 0 }

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
    return intern(`!${child.id}`, (id) => ({ kind: 'not', id, child, cost: child.cost }))
  }

  function group(kind: 'and' | 'or', given: readonly Plan[]): Plan {
    const neutral = kind === 'and'
    const flat = given.flatMap((child) => (child.kind === kind ? child.children : [child]))
    if (flat.some((child) => child.kind === 'constant' && child.value !== neutral)) return neutral ? FALSE : TRUE
    const children = [...new Set(flat)].filter((child) => child.kind !== 'constant').sort((a, b) => a.cost - b.cost || a.id - b.id)
    const [only] = children
    if (only === undefined) return neutral ? TRUE : FALSE
    if (children.length === 1) return only
    const cost = children.reduce((sum, child, index) => sum + child.cost / (index + 1), 0)
    return intern(`${kind}${children.map((child) => child.id).join(',')}`, (id) => ({ kind, id, children, cost }))
  }

  function planCheck(node: CheckNode): Plan {
    const check = bindCheck(node, vocabulary)
    const always = numberIsAlways(node)
    if (always !== undefined) return always ? TRUE : FALSE
    const empty = check.operator.right !== 'none' && check.rightOperand === undefined && check.constants.length === 0
    if (empty && check.left.shape.many !== 'list') return FALSE
    return intern(`?${printCheck(node)}`, (id) => ({ kind: 'test', id, check, cost: costOf(check) }))
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

/** Rough cost of a check, in units of comparing a number; only the order matters. */
function costOf(check: BoundCheck): number {
  const { left, operator, constants } = check
  const many = left.shape.many === 'one' ? 1 : 4
  const width = operator.right === 'list' ? 1.2 : Math.max(1, constants.length)
  return readingCost(left) + (COMPARING[operator.name] ?? 2) * width * many
}

const COMPARING: Readonly<Record<string, number>> = {
  '=': 1,
  '!=': 1,
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  in: 2,
  intersects: 2,
  exists: 1,
  startswith: 2,
  endswith: 2,
  contains: 4,
  icontains: 12,
  bcontains: 6,
  bstartswith: 4,
  glob: 10,
  iglob: 16,
  pmatch: 12,
  regex: 30,
}

/** What it takes to get the value: numbers and flags stand in the record, names in the process; paths and lists are decoded. */
function readingCost(operand: BoundOperand): number {
  if (operand.kind === 'transform') return 10 + operand.inputs.reduce((sum, input) => sum + readingCost(input), 0)
  if (operand.kind === 'list') return operand.items.reduce((sum, item) => sum + readingCost(item), 2)
  if (operand.kind !== 'field') return 2
  if (operand.shape.many !== 'one') return 8
  if (operand.shape.type === 'number' || operand.shape.type === 'boolean') return 1
  return operand.key.startsWith('proc.') && operand.argument === undefined ? 2 : 4
}
