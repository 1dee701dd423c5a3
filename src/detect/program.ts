/** The rules of one source for one event type, compiled together: what they have in common runs once per event. */
import type { Event } from '../events/event.ts'
import { type Clock, load } from '../lang/cell.ts'
import { type Compiler, createCompiler } from '../lang/compile.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { FALSE, type Plan, type Planner } from '../lang/plan.ts'
import { createSharing } from './sharing.ts'
import { createSpecialiser } from './specialise.ts'
import { buildStages, type FieldIndex, type Stage, type StagedRule } from './stages.ts'
import { createTextIndex, type Found } from './text-index.ts'

export interface Program {
  /** Calls `onMatch` in order of definition; for the first only where that is asked. Returns how many it was called for. */
  readonly run: (event: Event, onMatch: (rule: CompiledRule, event: Event) => void, firstOnly: boolean) => number
}

/** Appends the numbers of the rules that match; a rule may come twice. */
type Matcher = (event: Event, hits: number[]) => void

export function createPrograms(rules: readonly CompiledRule[], planner: Planner): (source: string, type: string) => Program {
  return (source, type) => {
    const specialise = createSpecialiser(planner, type)
    const staged = rules.flatMap((rule, index): StagedRule[] => {
      if (rule.rule.source !== source) return []
      const plan = specialise(planner.plan(rule.rule.expression))
      return plan === FALSE ? [] : [{ rule: index, plan }]
    })
    return createProgram(rules, buildStages(staged, planner))
  }
}

function createProgram(rules: readonly CompiledRule[], stage: Stage): Program {
  const clock: Clock = { event: 0 }
  const compiler = createCompiler(clock, createSharing(plansOf(stage), clock))
  const match = matcherOf(stage, compiler)
  const hits: number[] = []
  return {
    run: (event, onMatch, firstOnly) => {
      clock.event++
      if (hits.length > 0) hits.length = 0
      match(event, hits)
      if (hits.length === 0) return 0
      if (hits.length > 1) hits.sort((a, b) => a - b)
      let count = 0
      for (let index = 0; index < hits.length && !(firstOnly && count === 1); index++) {
        if (index > 0 && hits[index] === hits[index - 1]) continue // found by two of its fields
        onMatch(rules[hits[index] as number] as CompiledRule, event)
        count++
      }
      return count
    },
  }
}

/** Everything that will be compiled, so that what occurs twice is known. */
function plansOf({ guarded, indexes, direct }: Stage): Plan[] {
  return [
    ...guarded.flatMap(({ guard, stage }) => [guard, ...plansOf(stage)]),
    ...indexes.flatMap(({ rules }) => rules.map(({ plan }) => plan)),
    ...direct.map(({ plan }) => plan),
  ]
}

function matcherOf({ guarded, indexes, direct }: Stage, compiler: Compiler): Matcher {
  const matchers = [
    ...guarded.map(({ guard, stage }) => guardedMatcher(compiler.predicate(guard), matcherOf(stage, compiler))),
    ...indexes.map((index) => indexMatcher(index, compiler)),
    ...direct.map(({ rule, plan }) => directMatcher(rule, compiler.predicate(plan))),
  ]
  return (event, hits) => {
    for (let index = 0; index < matchers.length; index++) (matchers[index] as Matcher)(event, hits)
  }
}

function guardedMatcher(guard: (event: Event) => boolean, inner: Matcher): Matcher {
  return (event, hits) => {
    if (guard(event)) inner(event, hits)
  }
}

function directMatcher(rule: number, predicate: (event: Event) => boolean): Matcher {
  return (event, hits) => {
    if (predicate(event)) hits.push(rule)
  }
}

/** Finds rules by the value of a field, and tries those. */
function indexMatcher({ operand, rules }: FieldIndex, compiler: Compiler): Matcher {
  const cell = compiler.cell(operand)
  const predicates = rules.map(({ plan }) => compiler.predicate(plan))
  const paths = rules.some(({ requirement }) => requirement.paths)
  const find = createTextIndex(
    rules.flatMap(({ requirement }, rule) => [
      ...requirement.values.map((value) => ({ text: String(value), kind: 'whole' as const, rule })),
      ...requirement.prefixes.map((text) => ({ text, kind: 'prefix' as const, rule })),
      ...requirement.suffixes.map((text) => ({ text, kind: 'suffix' as const, rule })),
    ]),
  )
  const found: Found = { rules: [], count: 0 }
  const tried = new Float64Array(rules.length)
  let turn = 0
  return (event, hits) => {
    const value = load(cell, event)
    if (value === undefined) return
    found.count = 0
    turn++
    const text = typeof value === 'string' ? value : String(value)
    find(text, found)
    if (paths && (text.charCodeAt(0) !== SLASH || text.includes('//'))) find(plainPath(text), found)
    for (let at = 0; at < found.count; at++) {
      const rule = found.rules[at] as number
      if (tried[rule] === turn) continue // found by another of its values already
      tried[rule] = turn
      if ((predicates[rule] as (event: Event) => boolean)(event)) hits.push((rules[rule] as StagedRule).rule)
    }
  }
}

const SLASH = 47

/** A path as requirements have it: one slash before each component. */
const plainPath = (path: string): string =>
  `/${path
    .split('/')
    .filter((name) => name !== '')
    .join('/')}`
