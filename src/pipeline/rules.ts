/** Rules for a run: loaded, their problems shown, compiled. */
import { createEngine, type Engine } from '../detect/engine.ts'
import { VOCABULARY } from '../events/fields.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { renderDiagnostic } from '../lang/diagnostic.ts'
import { loadChosenRules, type RuleChoice } from '../lang/rule-choice.ts'
import { AppError } from '../lib/app-error.ts'
import { nearest } from '../lib/nearest.ts'

export interface RuleReport {
  /** Takes whole lines for standard error. */
  readonly stderr: (lines: string) => void
  readonly colour: boolean
}

/** Bad rules are shown and left out. Throws AppError FILE_*, RULES_INVALID (with `strict`) and RULES_NONE. */
export function loadEngine(choice: RuleChoice, { stderr, colour }: RuleReport): Engine {
  const ruleSet = loadChosenRules(choice, VOCABULARY)
  const errors = ruleSet.diagnostics.filter(({ severity }) => severity === 'error')
  for (const problem of errors) stderr(`${renderDiagnostic(problem, { color: colour })}\n`)
  if (choice.strict && errors.length > 0) throw new AppError('RULES_INVALID', { errors: errors.length })
  const engine = createEngine(ruleSet, VOCABULARY, { matching: choice.matching })
  if (engine.rules.length === 0) throw new AppError('RULES_NONE', { paths: choice.paths.join(', ') })
  return engine
}

/** The rule of that name. Throws AppError RULES_UNKNOWN. */
export function ruleNamed(name: string, { rules }: Engine): CompiledRule {
  const found = rules.find(({ rule }) => rule.name === name) ?? rules.find(({ rule }) => rule.name.toLowerCase() === name.toLowerCase())
  if (found) return found
  const near = nearest(
    name,
    rules.map(({ rule }) => rule.name),
  )
  throw new AppError('RULES_UNKNOWN', { rule: name, hint: near === undefined ? '' : `, did you mean ${near}?` })
}
