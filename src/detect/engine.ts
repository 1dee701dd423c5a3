/**
 * Many rules over a stream of events. For each event type the conditions are specialised (checks of evt.type are constants
 * then, and what follows from them is cut away), equal parts run once per event, and a rule that asks for one of few values
 * of a field is found by that value: see candidates.ts.
 */
import type { Event } from '../events/event.ts'
import type { Vocabulary } from '../events/field.ts'
import { TYPES } from '../events/types.ts'
import { type CompiledRule, compileRule } from '../lang/compile-rule.ts'
import type { RuleSet } from '../lang/load-rules.ts'
import { createPlanner, type Planner } from '../lang/plan.ts'
import { createPrograms, type Program, type WrapTry } from './program.ts'

export interface EngineOptions {
  /** `all`: every rule that matches is told. `first`: only the first of them in order of definition, as Falco's default. */
  readonly matching?: 'all' | 'first'
}

export interface Engine {
  /** The rules that are on, in order of definition. */
  readonly rules: readonly CompiledRule[]
  /** What the rules were compiled with. */
  readonly planner: Planner
  /** The event types for which a rule can match: others need not be sent. */
  readonly wantedTypes: ReadonlySet<string> | 'all'
  /** Calls `onMatch` for each rule that matches, in order of definition. Returns how many. */
  readonly evaluate: (event: Event, onMatch: (rule: CompiledRule, event: Event) => void) => number
  /** Another `evaluate` with the same results, in which `wrap` stands around every try of a rule: for measuring. Made as it is used. */
  readonly wrapped: (wrap: WrapTry) => Engine['evaluate']
}

/** Throws LanguageError where a rule does not fit the vocabulary; rules that were loaded with it do. */
export function createEngine(ruleSet: Pick<RuleSet, 'rules'>, vocabulary: Vocabulary, { matching = 'all' }: EngineOptions = {}): Engine {
  const planner = createPlanner(vocabulary)
  const rules = ruleSet.rules.filter(({ enabled }) => enabled).map((rule) => compileRule(rule, vocabulary, planner))
  const program = remembered(createPrograms(rules, planner))
  const first = matching === 'first'

  const wanted = wantedTypes(rules)
  if (rules.length <= MAX_AHEAD) for (const type of wanted === 'all' ? TYPES : wanted) program('syscall', type)
  return {
    rules,
    planner,
    wantedTypes: wanted,
    evaluate: (event, onMatch) => program(event.source, event.type).run(event, onMatch, first),
    wrapped: (wrap) => {
      const twin = remembered(createPrograms(rules, planner, wrap))
      return (event, onMatch) => twin(event.source, event.type).run(event, onMatch, first)
    },
  }
}

/** Makes the program of a type when it is first asked for. */
function remembered(programFor: (source: string, type: string) => Program): (source: string, type: string) => Program {
  const bySource = new Map<string, Map<string, Program>>()
  return (source, type) => {
    let programs = bySource.get(source)
    if (programs === undefined) {
      programs = new Map()
      bySource.set(source, programs)
    }
    let found = programs.get(type)
    if (found === undefined) {
      found = programFor(source, type)
      if (programs.size < MAX_TYPES) programs.set(type, found)
    }
    return found
  }
}

/**
 * Up to this number of rules, the programs are made before the first event, so that it waits for nothing (93 rules: 0.1 s).
 * With more, a program is made when an event first needs it.
 */
const MAX_AHEAD = 500

/** Types whose program is kept: flat events may claim any type. */
const MAX_TYPES = 1024

function wantedTypes(rules: readonly CompiledRule[]): ReadonlySet<string> | 'all' {
  const wanted = new Set<string>()
  for (const { types, rule } of rules) {
    if (rule.source !== 'syscall') continue
    if (types === 'all') return 'all'
    for (const type of types) wanted.add(type)
  }
  return TYPES.every((type) => wanted.has(type)) ? 'all' : wanted
}
