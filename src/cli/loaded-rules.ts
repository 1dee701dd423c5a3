/** Rules for the commands that need no sensor. What is wrong with them goes to standard error. */
import { VOCABULARY } from '../events/fields.ts'
import { renderDiagnostic } from '../lang/diagnostic.ts'
import type { RuleSet } from '../lang/load-rules.ts'
import { loadChosenRules, type RuleChoice } from '../lang/rule-choice.ts'
import { safeJson } from '../lib/escape.ts'
import { wantsColour } from '../lib/style.ts'
import type { CommandContext } from './context.ts'

export interface LoadedRules {
  readonly ruleSet: RuleSet
  /** How many problems are errors. */
  readonly errors: number
}

/** Throws AppError FILE_*. Warnings are shown only where `warnings` asks for them. */
export function loadAndReport(choice: RuleChoice, context: CommandContext, json: boolean, warnings: boolean): LoadedRules {
  const ruleSet = loadChosenRules(choice, VOCABULARY)
  const color = wantsColour('auto', context.isTty.stderr, context.env)
  for (const problem of ruleSet.diagnostics) {
    if (problem.severity !== 'error' && !warnings) continue
    context.stderr(json ? `${safeJson(problem)}\n` : `${renderDiagnostic(problem, { color })}\n`)
  }
  return { ruleSet, errors: countErrors(ruleSet) }
}

export function countErrors({ diagnostics }: RuleSet): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length
}
