/** Runs the tests that rules carry in their own files. */
import type { FlatEvent } from '../events/event.ts'
import type { Vocabulary } from '../events/field.ts'
import { type CompiledRule, compileRule } from '../lang/compile-rule.ts'
import type { RuleTest } from '../lang/items.ts'
import type { LinkedRule, RuleSet } from '../lang/load-rules.ts'
import { flatEvent } from './flat-event.ts'
import { checkFlatEvent, flatVocabulary } from './flat-vocabulary.ts'

export interface RuleTestResult {
  readonly rule: string
  /** The test's own name, or its number from 1. */
  readonly test: string
  readonly file: string
  readonly line: number
  readonly passed: boolean
  /** Why it failed, or what is wrong with its events; empty where all is well. */
  readonly reasons: readonly string[]
}

/** The numbers of the events at which a rule about several events finds something. Then all the time in the world passes. */
export type FindTogether = (rule: CompiledRule, events: readonly FlatEvent[]) => readonly number[]

/** Runs every test of every rule, also of those that are off. `vocabulary` is that of the live events. */
export function runRuleTests({ rules }: Pick<RuleSet, 'rules'>, vocabulary: Vocabulary, together: FindTogether): RuleTestResult[] {
  const flat = flatVocabulary(vocabulary)
  return rules
    .filter(({ tests }) => tests.length > 0)
    .flatMap((rule) => runTests({ rule, compiled: compileRule(rule, flat), vocabulary, together }))
}

interface Tested {
  readonly rule: LinkedRule
  readonly compiled: CompiledRule
  readonly vocabulary: Vocabulary
  readonly together: FindTogether
}

function runTests({ rule, compiled, vocabulary, together }: Tested): RuleTestResult[] {
  return rule.tests.map((test, index) => {
    const wrong = rule.correlation === undefined ? wrongOutcomes(test, compiled) : wrongTogether(test, compiled, together)
    const reasons = [...misspelt(test, vocabulary), ...wrong]
    const name = test.name ?? String(index + 1)
    return { rule: rule.name, test: name, file: rule.position.file, line: test.line, passed: reasons.length === 0, reasons }
  })
}

/** Fields that no rule can see make a test that proves nothing. */
function misspelt(test: RuleTest, vocabulary: Vocabulary): string[] {
  return test.events.flatMap((values) => checkFlatEvent(values, vocabulary))
}

/** `match: true`: one of the events must match; `match: false`: none may. */
function wrongOutcomes({ match, events }: RuleTest, compiled: CompiledRule): string[] {
  const flat = events.map((values, index) => flatEvent(values, index + 1))
  const matched = flat.filter((event) => compiled.matches(event) && compiled.priorityFor(event) !== undefined)
  if (match) return matched.length > 0 ? [] : flat.slice(0, 1).map((event) => whyNot(compiled, event))
  return matched.map((event) => `event ${event.number} matches, and must not`)
}

function wrongTogether({ match, events }: RuleTest, compiled: CompiledRule, together: FindTogether): string[] {
  const found = together(
    compiled,
    events.map((values, index) => flatEvent(values, index + 1)),
  )
  if (match) return found.length > 0 ? [] : [`does not match: ${events.length} events come to nothing`]
  return found.map((number) => `matches at event ${number}, and must not`)
}

function whyNot(compiled: CompiledRule, event: ReturnType<typeof flatEvent>): string {
  const { firstFalse } = compiled.explain(event)
  return firstFalse === undefined ? 'does not match' : `does not match: false is ${firstFalse.text}, with the value ${firstFalse.value}`
}
