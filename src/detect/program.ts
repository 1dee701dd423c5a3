/** The rules of one source for one event type, compiled together: what they have in common runs once per event. */
import type { Event } from '../events/event.ts'
import { type Clock, load } from '../lang/cell.ts'
import { type Compiler, createCompiler } from '../lang/compile.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { FALSE, type Plan, type Planner } from '../lang/plan.ts'
import { createGramIndex } from './gram-index.ts'
import { createNetIndex } from './net-index.ts'
import { createSharing } from './sharing.ts'
import { createSpecialiser } from './specialise.ts'
import { buildStages, type FieldIndex, type Stage, type StagedRule } from './stages.ts'
import { createTextIndex, type Found } from './text-index.ts'

export interface Program {
  /** Calls `onMatch` in order of definition; for the first only where that is asked. Returns how many it was called for. */
  readonly run: (event: Event, onMatch: (rule: CompiledRule, event: Event) => void, firstOnly: boolean) => number
}

/** What tries a rule. */
type Attempt = (rule: StagedRule) => (event: Event) => boolean

/** Appends the numbers of the rules that match; a rule may come twice. */
type Matcher = (event: Event, hits: number[]) => void

/** May wrap the function that tries what is left of a rule's condition once guards and look-ups have led to it. */
export type WrapTry = (rule: CompiledRule, matches: (event: Event) => boolean) => (event: Event) => boolean

/** With `wrap`, programs that do the same and cost more. */
export function createPrograms(
  rules: readonly CompiledRule[],
  planner: Planner,
  wrap: WrapTry = (_, matches) => matches,
): (source: string, type: string) => Program {
  return (source, type) => {
    const specialise = createSpecialiser(planner, type)
    const staged = rules.flatMap((rule, index): StagedRule[] => {
      if (rule.rule.source !== source) return []
      const plan = specialise(planner.plan(rule.rule.expression))
      return plan === FALSE ? [] : [{ rule: index, plan }]
    })
    return createProgram(rules, buildStages(staged, planner), wrap)
  }
}

function createProgram(rules: readonly CompiledRule[], stage: Stage, wrap: WrapTry): Program {
  const clock: Clock = { event: 0 }
  const compiler = createCompiler(clock, createSharing(plansOf(stage), clock))
  const attempt: Attempt = ({ rule, plan }) => wrap(rules[rule] as CompiledRule, compiler.predicate(plan))
  const match = matcherOf(stage, compiler, attempt)
  const hits: number[] = []
  return {
    run: (event, onMatch, firstOnly) => {
      clock.event++
      if (hits.length > 0) hits.length = 0
      match(event, hits)
      if (hits.length === 0) return 0
      if (hits.length > 1) hits.sort((a, b) => a - b)
      let count = 0
      let told = false
      for (let index = 0; index < hits.length; index++) {
        if (index > 0 && hits[index] === hits[index - 1]) continue // found by two of its fields
        const rule = rules[hits[index] as number] as CompiledRule
        // What asks for several events must see each of them; it, and what is only tried out, takes no other rule's turn.
        const single = rule.correlation === undefined && !rule.rule.shadow
        if (told && single) continue
        onMatch(rule, event)
        count++
        told ||= firstOnly && single
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

function matcherOf({ guarded, indexes, direct }: Stage, compiler: Compiler, attempt: Attempt): Matcher {
  const matchers = [
    ...guarded.map(({ guard, stage }) => guardedMatcher(compiler.predicate(guard), matcherOf(stage, compiler, attempt))),
    ...indexes.map((index) => indexMatcher(index, compiler, attempt)),
    ...direct.map((staged) => directMatcher(staged.rule, attempt(staged))),
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

/** Finds rules by the value of a field, or by each of its values, and tries those. */
function indexMatcher({ operand, by, rules }: FieldIndex, compiler: Compiler, attempt: Attempt): Matcher {
  const cell = compiler.cell(operand)
  const predicates = rules.map(attempt)
  const find = FIND[by](rules)
  const found: Found = { rules: [], count: 0 }
  const tried = new Float64Array(rules.length)
  let turn = 0
  return (event, hits) => {
    const value = load(cell, event)
    if (value === undefined) return
    found.count = 0
    turn++
    if (Array.isArray(value)) for (const one of value) find(String(one), found)
    else find(typeof value === 'string' ? value : String(value), found)
    for (let at = 0; at < found.count; at++) {
      const rule = found.rules[at] as number
      if (tried[rule] === turn) continue // found by another of its values already
      tried[rule] = turn
      if ((predicates[rule] as (event: Event) => boolean)(event)) hits.push((rules[rule] as StagedRule).rule)
    }
  }
}

/** What each kind of look-up is made of; rules by their place in the index. */
const FIND: Readonly<Record<FieldIndex['by'], (rules: FieldIndex['rules']) => (text: string, found: Found) => void>> = {
  text: findByText,
  part: (rules) => createGramIndex(rules.flatMap(({ requirement }, rule) => requirement.parts.map((text) => ({ text, rule })))),
  net: (rules) => createNetIndex(rules.flatMap(({ requirement }, rule) => requirement.nets.map((network) => ({ network, rule })))),
}

function findByText(rules: FieldIndex['rules']): (text: string, found: Found) => void {
  const paths = rules.some(({ requirement }) => requirement.paths)
  const find = createTextIndex(
    rules.flatMap(({ requirement }, rule) => [
      ...requirement.values.map((value) => ({ text: String(value), kind: 'whole' as const, rule })),
      ...requirement.prefixes.map((text) => ({ text, kind: 'prefix' as const, rule })),
      ...requirement.suffixes.map((text) => ({ text, kind: 'suffix' as const, rule })),
    ]),
  )
  if (!paths) return find
  return (text, found) => {
    find(text, found)
    if (text.charCodeAt(0) !== SLASH || text.includes('//')) find(plainPath(text), found)
  }
}

const SLASH = 47

/** A path as requirements have it: one slash before each component. */
const plainPath = (path: string): string =>
  `/${path
    .split('/')
    .filter((name) => name !== '')
    .join('/')}`
