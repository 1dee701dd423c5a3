/** Plans to functions of the event. Parts may be shared between rules: the caller says how. */
import type { BoundOperand } from './bound.ts'
import { compileCheck, compileOperand, type Getter, type Predicate } from './compile-check.ts'
import type { Plan } from './plan.ts'

/** How parts that occur more than once are compiled; see detect/engine.ts. */
export interface Sharing {
  /** May wrap the function of a plan so that it runs once per event. */
  readonly predicate: (plan: Plan, compiled: Predicate) => Predicate
  readonly getter: (operand: BoundOperand, compiled: Getter) => Getter
}

/** Nothing is remembered between calls. */
export const UNSHARED: Sharing = { predicate: (_, compiled) => compiled, getter: (_, compiled) => compiled }

export interface Compiler {
  readonly predicate: (plan: Plan) => Predicate
  readonly getter: (operand: BoundOperand) => Getter
}

/** Compiles plans of one planner; equal plans become one function. */
export function createCompiler(sharing: Sharing = UNSHARED): Compiler {
  const predicates = new Map<number, Predicate>()
  const getters = new Map<string, Getter>()

  function getter(operand: BoundOperand): Getter {
    const known = getters.get(operand.key)
    if (known !== undefined) return known
    const made = sharing.getter(operand, compileOperand(operand, getter))
    getters.set(operand.key, made)
    return made
  }

  function build(plan: Plan): Predicate {
    switch (plan.kind) {
      case 'constant':
        return plan.value ? () => true : () => false
      case 'test':
        return compileCheck(plan.check, getter)
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
    const predicate = sharing.predicate(plan, build(plan))
    predicates.set(plan.id, predicate)
    return predicate
  }

  return { predicate: compile, getter }
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
