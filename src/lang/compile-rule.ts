/** One linked rule as something that runs by itself. For many rules at once see detect/engine.ts. */
import type { Event } from '../events/event.ts'
import type { Vocabulary } from '../events/field.ts'
import type { BoundOperand } from './bound.ts'
import { bindOperand } from './check-operand.ts'
import { createCompiler } from './compile.ts'
import type { Predicate } from './compile-check.ts'
import { type CompiledCorrelation, compileCorrelation, keyFieldsOf } from './correlation.ts'
import { eventTypesOf, namesOf } from './event-types.ts'
import { createExplainer, type Explanation } from './explain.ts'
import type { LinkedRule } from './link.ts'
import { compileOutput, type Formatted, fieldsOf } from './output.ts'
import { createPlanner, type Plan, type Planner } from './plan.ts'
import type { Priority } from './priority.ts'

export interface CompiledRule {
  readonly rule: LinkedRule
  /** The event types for which the rule can match, as Falco derives them. */
  readonly types: ReadonlySet<string> | 'all'
  /** The fields that condition and output read, by their text (`proc.aname[2]`). */
  readonly fields: ReadonlySet<string>
  readonly matches: Predicate
  /** Of the event's workload; undefined where the rule is off for it. Ask it of events that match only. */
  readonly priorityFor: (event: Event) => Priority | undefined
  /** What decides which of the events that match come to a finding; undefined where each does. */
  readonly correlation: CompiledCorrelation | undefined
  /** Every check in the order of the source, with the values seen: why the rule matched or did not. */
  readonly explain: (event: Event) => Explanation
  readonly format: (event: Event) => Formatted
}

/** Throws LanguageError where the rule does not fit the vocabulary; a rule that was loaded with it does. */
export function compileRule(rule: LinkedRule, vocabulary: Vocabulary, planner: Planner = createPlanner(vocabulary)): CompiledRule {
  const plan = planner.plan(rule.expression)
  const fields = new Set<string>(fieldsOf(rule.template).map(({ key }) => key))
  addFields(plan, fields, new Set())
  for (const { expression } of rule.workloads) addFields(planner.plan(expression), fields, new Set())
  for (const field of rule.correlation ? keyFieldsOf(rule.correlation) : []) addOperand(bindOperand(field, vocabulary), fields)
  return Object.freeze({
    rule,
    types: namesOf(eventTypesOf(rule.expression)),
    fields,
    correlation: rule.correlation && compileCorrelation(rule.correlation, vocabulary, planner),
    matches: onFirstCall(() => compileAlone(plan)),
    priorityFor: compileWorkloads(rule, planner),
    explain: onFirstCall(() => createExplainer(rule.expression, vocabulary)),
    format: compileOutput(rule.template),
  })
}

function compileWorkloads({ workloads, priority }: LinkedRule, planner: Planner): CompiledRule['priorityFor'] {
  if (workloads.length === 0) return () => priority
  const compiled = workloads.map((workload) => ({ matches: compileAlone(planner.plan(workload.expression)), priority: workload.priority }))
  return (event) => {
    const found = compiled.find(({ matches }) => matches(event))
    return found === undefined ? priority : found.priority
  }
}

function compileAlone(plan: Plan): Predicate {
  const clock = { event: 0 }
  const predicate = createCompiler(clock).predicate(plan)
  return (event) => {
    clock.event++
    return predicate(event)
  }
}

/** Makes the function when it is first called: of 10,000 rules few are ever explained. */
function onFirstCall<T>(make: () => (event: Event) => T): (event: Event) => T {
  let made: ((event: Event) => T) | undefined
  return (event) => {
    made ??= make()
    return made(event)
  }
}

function addFields(plan: Plan, fields: Set<string>, seen: Set<number>): void {
  if (seen.has(plan.id)) return
  seen.add(plan.id)
  if (plan.kind === 'not') addFields(plan.child, fields, seen)
  else if (plan.kind === 'and' || plan.kind === 'or') for (const child of plan.children) addFields(child, fields, seen)
  else if (plan.kind === 'test') {
    addOperand(plan.check.left, fields)
    if (plan.check.rightOperand !== undefined) addOperand(plan.check.rightOperand, fields)
  }
}

function addOperand(operand: BoundOperand, fields: Set<string>): void {
  if (operand.kind === 'field') fields.add(operand.key)
  else if (operand.kind === 'words') fields.add(operand.definition.name)
  else if (operand.kind === 'transform') for (const input of operand.inputs) addOperand(input, fields)
  else if (operand.kind === 'list') for (const item of operand.items) addOperand(item, fields)
}
