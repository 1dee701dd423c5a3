/** What a rule asks of several events together: linked, and compiled to functions of one event. */
import type { Event } from '../events/event.ts'
import type { Vocabulary } from '../events/field.ts'
import type { Expression, OperandNode } from './ast.ts'
import { load } from './cell.ts'
import { bindOperand } from './check-operand.ts'
import { createCompiler } from './compile.ts'
import { createCells, type Predicate } from './compile-check.ts'
import type { Planner } from './plan.ts'

/** A step of a sequence, or what breaks one off. */
export interface Step {
  readonly name: string
  readonly expression: Expression
  /** Fields whose values tell which events belong together. */
  readonly by: readonly OperandNode[]
}

export interface Sequence {
  readonly kind: 'sequence'
  /** From the first step to the last. */
  readonly withinNs: number
  /** In their order; two at least, or one with `absent`. */
  readonly steps: readonly Step[]
  /** What must not follow within the time. */
  readonly absent: Step | undefined
  readonly until: Step | undefined
}

/** Counts the events for which the rule's condition holds. */
export interface Threshold {
  readonly kind: 'threshold'
  readonly withinNs: number
  readonly by: readonly OperandNode[]
  readonly count: number
  /** Its different values are counted, not the events. */
  readonly distinct: OperandNode | undefined
}

/** A value that events with the same key have not had for that time. */
export interface FirstSeen {
  readonly kind: 'first_seen'
  readonly withinNs: number
  readonly by: readonly OperandNode[]
  readonly value: OperandNode
  /** So long after a key was first seen, its values are only learned. */
  readonly learningNs: number
}

export type Correlation = Sequence | Threshold | FirstSeen

/** One text for the values of some fields; undefined where the event lacks one of them. */
export type KeyOf = (event: Event) => string | undefined

export interface CompiledStep {
  readonly name: string
  readonly matches: Predicate
  readonly key: KeyOf
}

export type CompiledCorrelation =
  | (Omit<Sequence, 'steps' | 'absent' | 'until'> & {
      readonly steps: readonly CompiledStep[]
      readonly absent: CompiledStep | undefined
      readonly until: CompiledStep | undefined
    })
  | (Omit<Threshold, 'by' | 'distinct'> & { readonly key: KeyOf; readonly distinct: KeyOf | undefined })
  | (Omit<FirstSeen, 'by' | 'value'> & { readonly key: KeyOf; readonly value: KeyOf })

/** Throws LanguageError where it does not fit the vocabulary. */
export function compileCorrelation(correlation: Correlation, vocabulary: Vocabulary, planner: Planner): CompiledCorrelation {
  const keyOf = (by: readonly OperandNode[]): KeyOf => compileKey(by, vocabulary)
  switch (correlation.kind) {
    case 'sequence': {
      const step = ({ name, expression, by }: Step): CompiledStep => ({ name, matches: compileAlone(expression, planner), key: keyOf(by) })
      const { steps, absent, until } = correlation
      return { ...correlation, steps: steps.map(step), absent: absent && step(absent), until: until && step(until) }
    }
    case 'threshold': {
      const { by, distinct, ...rest } = correlation
      return { ...rest, key: keyOf(by), distinct: distinct && keyOf([distinct]) }
    }
    case 'first_seen': {
      const { by, value, ...rest } = correlation
      return { ...rest, key: keyOf(by), value: keyOf([value]) }
    }
    default:
      return correlation satisfies never
  }
}

function compileAlone(expression: Expression, planner: Planner): Predicate {
  const clock = { event: 0 }
  const predicate = createCompiler(clock).predicate(planner.plan(expression))
  return (event) => {
    clock.event++
    return predicate(event)
  }
}

function compileKey(by: readonly OperandNode[], vocabulary: Vocabulary): KeyOf {
  const clock = { event: 0 }
  const cellOf = createCells(clock)
  const cells = by.map((node) => cellOf(bindOperand(node, vocabulary)))
  return (event) => {
    clock.event++
    let key = ''
    for (const [index, cell] of cells.entries()) {
      const value = load(cell, event)
      if (value === undefined) return undefined
      key = index === 0 ? String(value) : `${key}\0${String(value)}`
    }
    return key
  }
}

/** Every field that it reads beside its conditions. */
export function keyFieldsOf(correlation: Correlation): readonly OperandNode[] {
  if (correlation.kind === 'first_seen') return [...correlation.by, correlation.value]
  if (correlation.kind === 'threshold') return correlation.distinct ? [...correlation.by, correlation.distinct] : correlation.by
  const { steps, absent, until } = correlation
  return [...steps, absent, until].flatMap((step) => step?.by ?? [])
}
