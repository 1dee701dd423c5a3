/** Runs the tests that rules carry in their own files. */
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

/** Runs every test of every rule, also of those that are off. `vocabulary` is that of the live events. */
export function runRuleTests({ rules }: Pick<RuleSet, 'rules'>, vocabulary: Vocabulary): RuleTestResult[] {
  const flat = flatVocabulary(vocabulary)
  return rules.filter(({ tests }) => tests.length > 0).flatMap((rule) => runTests(rule, compileRule(rule, flat), vocabulary))
}

function runTests(rule: LinkedRule, compiled: CompiledRule, vocabulary: Vocabulary): RuleTestResult[] {
  return rule.tests.map((test, index) => {
    const reasons = [...misspelt(test, vocabulary), ...wrongOutcomes(test, compiled)]
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
  const matched = flat.filter((event) => compiled.matches(event))
  if (match) return matched.length > 0 ? [] : flat.slice(0, 1).map((event) => whyNot(compiled, event))
  return matched.map((event) => `event ${event.number} matches, and must not`)
}

function whyNot(compiled: CompiledRule, event: ReturnType<typeof flatEvent>): string {
  const { firstFalse } = compiled.explain(event)
  return firstFalse === undefined ? 'does not match' : `does not match: false is ${firstFalse.text}, with the value ${firstFalse.value}`
}
