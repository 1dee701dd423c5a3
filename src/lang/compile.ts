/** Plans to functions of the event. Parts may be shared between rules: the caller says how. */
import type { Clock } from './cell.ts'
import { type CellOf, compileCheck, createCells, type Predicate } from './compile-check.ts'
import type { Plan } from './plan.ts'

/** May wrap the function of a plan, so that what occurs more than once runs once per event; see detect/sharing.ts. */
export type Share = (plan: Plan, compiled: Predicate) => Predicate

export interface Compiler {
  readonly predicate: (plan: Plan) => Predicate
  readonly cell: CellOf
}

/** Compiles plans of one planner; equal plans become one function. The clock must move on before each event. */
export function createCompiler(clock: Clock, share: Share = (_, compiled) => compiled): Compiler {
  const predicates = new Map<number, Predicate>()
  const cell = createCells(clock)

  function build(plan: Plan): Predicate {
    switch (plan.kind) {
      case 'constant':
        return plan.value ? () => true : () => false
      case 'test':
        return compileCheck(plan.check, cell)
      case 'not': {
        const child = compile(plan.child)
        return (event) => !child(event)
      }
      case 'and':
        return allOf(plan.children.map(compile))
      case 'or':
        return anyOf(plan.children.map(compile))
      default:
        return plan satisfies never
    }
  }

  function compile(plan: Plan): Predicate {
    const known = predicates.get(plan.id)
    if (known !== undefined) return known
    const predicate = share(plan, build(plan))
    predicates.set(plan.id, predicate)
    return predicate
  }

  return { predicate: compile, cell }
}

/** Unrolled for the usual lengths: a loop over functions costs about as much as a check (bench/evaluate.ts). */
function allOf(children: readonly Predicate[]): Predicate {
  const [a, b, c, d] = children
  if (children.length === 2 && a && b) return (event) => a(event) && b(event)
  if (children.length === 3 && a && b && c) return (event) => a(event) && b(event) && c(event)
  if (children.length === 4 && a && b && c && d) return (event) => a(event) && b(event) && c(event) && d(event)
  return (event) => {
    for (let index = 0; index < children.length; index++) if (!(children[index] as Predicate)(event)) return false
    return true
  }
}

function anyOf(children: readonly Predicate[]): Predicate {
  const [a, b, c, d] = children
  if (children.length === 2 && a && b) return (event) => a(event) || b(event)
  if (children.length === 3 && a && b && c) return (event) => a(event) || b(event) || c(event)
  if (children.length === 4 && a && b && c && d) return (event) => a(event) || b(event) || c(event) || d(event)
  return (event) => {
    for (let index = 0; index < children.length; index++) if ((children[index] as Predicate)(event)) return true
    return false
  }
}
