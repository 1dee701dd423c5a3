/** What the rules that are on let out of the kernel, by kind. */
import { createEngine } from '../detect/engine.ts'
import { deriveInterest, type RuleReach } from '../detect/interest.ts'
import { VOCABULARY } from '../events/fields.ts'
import type { KindName } from '../events/kinds.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import { AppError } from '../lib/app-error.ts'
import { nearest } from '../lib/nearest.ts'
import type { CommandContext } from './context.ts'
import { loadAndReport } from './loaded-rules.ts'

export interface KindFilters {
  readonly kind: KindName
  /** Tests that the kernel side makes for it. */
  readonly terms: number
  readonly reaches: readonly RuleReach[]
}

export interface RuleFilters {
  /** How many are on, or the one asked for. */
  readonly rules: number
  readonly kinds: readonly KindFilters[]
}

/** Of one rule where `name` is given. Throws AppError FILE_*, RULES_NONE, RULES_UNKNOWN; wrong rules are said on standard error. */
export function filtersOf(choice: RuleChoice, name: string | undefined, context: CommandContext, json: boolean) {
  const { ruleSet, errors } = loadAndReport(choice, context, json, false)
  const { rules, planner } = createEngine(ruleSet, VOCABULARY, { matching: choice.matching })
  if (rules.length === 0) throw new AppError('RULES_NONE', { paths: choice.paths.join(', ') })
  const names = rules.map(({ rule }) => rule.name)
  const chosen = name === undefined ? rules : rules.filter(({ rule }) => rule.name.toLowerCase() === name.toLowerCase())
  if (name !== undefined && chosen.length === 0) throw unknownRule(name, names)
  const { interest, why } = deriveInterest(chosen, planner)
  const kinds = [...interest].map(
    ([kind, terms]): KindFilters => ({ kind, terms: terms.length, reaches: why.filter((one) => one.kind === kind) }),
  )
  const filters: RuleFilters = { rules: chosen.length, kinds }
  return { filters, errors }
}

function unknownRule(rule: string, names: readonly string[]): AppError {
  const near = nearest(rule, names)
  return new AppError('RULES_UNKNOWN', { rule, hint: near === undefined ? '' : `, did you mean ${near}?` })
}
