/** Conditions that are asked of history: compiled once, as long as the rules whose macros they may name stay the same. */
import type { ApiDiagnostic } from '../../api/services.ts'
import { flatEvent } from '../../detect/flat-event.ts'
import { flatVocabulary } from '../../detect/flat-vocabulary.ts'
import { historyCondition } from '../../detect/history-filter.ts'
import type { FlatEvent } from '../../events/event.ts'
import { VOCABULARY } from '../../events/fields.ts'
import type { HistoryCondition } from '../../findings/history-filter.ts'
import { wholeFields } from '../../findings/whole-event.ts'
import { compileRule } from '../../lang/compile-rule.ts'
import { loadCondition } from '../../lang/load-condition.ts'
import type { RuleSet } from '../../lang/load-rules.ts'
import { createPlanner } from '../../lang/plan.ts'
import { AppError } from '../../lib/app-error.ts'
import type { WholeEvent } from '../../store/history-store.ts'
import { isKeptInHistory } from '../history/event-fields.ts'
import { apiDiagnostic } from './api-diagnostic.ts'

/** Events of history as rules see events. */
export const FLAT = flatVocabulary(VOCABULARY)

/** `number`: its place among those that are looked at. */
export function ruleEvent(event: WholeEvent, number: number): FlatEvent {
  return { ...flatEvent(wholeFields(event), number), id: event.id }
}

export interface CompiledCondition extends HistoryCondition {
  readonly matches: (event: WholeEvent) => boolean
}

export interface HistoryConditions {
  /** Throws AppError CONDITION_INVALID. */
  readonly compile: (condition: string) => CompiledCondition
  readonly check: (condition: string) => readonly ApiDiagnostic[]
}

const EVERYTHING: CompiledCondition = { filter: { op: 'true' }, exact: true, matches: () => true }
const MAX_KEPT = 64
const PATH = 'condition'

type Made = { readonly condition: CompiledCondition | undefined; readonly diagnostics: readonly ApiDiagnostic[] }

export function createHistoryConditions(ruleSet: () => RuleSet): HistoryConditions {
  const kept = new Map<string, Made>()
  let definitions: RuleSet | undefined

  function made(text: string): Made {
    const rules = ruleSet()
    if (rules !== definitions) kept.clear()
    definitions = rules
    const known = kept.get(text) ?? make(text, rules)
    kept.delete(text)
    kept.set(text, known)
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break
      kept.delete(oldest)
    }
    return known
  }

  return Object.freeze({
    compile: (text: string) => {
      if (text.trim() === '') return EVERYTHING
      const { condition, diagnostics } = made(text)
      if (condition === undefined) throw new AppError('CONDITION_INVALID', { errors: diagnostics.length })
      return condition
    },
    check: (text: string) => (text.trim() === '' ? [] : made(text).diagnostics),
  })
}

function make(text: string, definitions: RuleSet): Made {
  const { rule, diagnostics } = loadCondition(text, { vocabulary: FLAT, path: PATH, definitions })
  const problems = diagnostics.map(apiDiagnostic)
  if (rule === undefined) return { condition: undefined, diagnostics: problems }
  const planner = createPlanner(FLAT)
  const compiled = compileRule(rule, FLAT, planner)
  const matches = (event: WholeEvent): boolean => compiled.matches(ruleEvent(event, 1))
  const lost = [...compiled.fields].filter((field) => !isKeptInHistory(field))
  return {
    condition: { ...historyCondition(planner.plan(rule.expression)), matches },
    diagnostics: [...problems, ...lost.map((field) => lostField(field, text))],
  }
}

/** Not an error: the rest of the condition may do. */
function lostField(field: string, text: string): ApiDiagnostic {
  const at = Math.max(0, text.indexOf(field))
  const before = text.slice(0, at).split('\n')
  const column = (before.at(-1) ?? '').length + 1
  return {
    severity: 'warning',
    code: 'HISTORY_WITHOUT_FIELD',
    message: `history does not keep ${field}: here it never has a value`,
    line: before.length,
    column,
    endColumn: column + (text.startsWith(field, at) ? field.length : 1),
    hint: 'Ask for another field; rules see this one all the same.',
  }
}
