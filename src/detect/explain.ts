/** Why a rule did not match, in lines for a person: `tarsier run --explain RULE`. */
import type { Event } from '../events/event.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import type { CheckTrace, Explanation } from '../lang/explain.ts'

/** A miss is near when at least this share of the checks that were run came out as the rule needs them, beside evt.type. */
const NEAR_CHECKS = 2

/**
 * The explanation of a near miss: an event of a type that the rule looks at, for which at least two checks held before one
 * failed. Undefined for a match and for events that have nothing to do with the rule.
 */
export function explainNearMiss(rule: CompiledRule, event: Event): Explanation | undefined {
  if (event.source !== rule.rule.source || (rule.types !== 'all' && !rule.types.has(event.type))) return undefined
  const explanation = rule.explain(event)
  const held = explanation.path.filter(({ result }) => result).length
  return explanation.matched || held < NEAR_CHECKS ? undefined : explanation
}

/** One line per check that was run, the one that decided marked; values may hold hostile bytes: escape before printing. */
export function explanationLines({ matched, path, firstFalse }: Explanation): string[] {
  const lines = path.map((trace) => `${trace.result ? '+' : '-'} ${line(trace)}`)
  return matched || firstFalse === undefined ? lines : [...lines, `= false: ${line(firstFalse)}`]
}

function line({ text, value, macros }: CheckTrace): string {
  return `${text}  [${value}]${macros.length === 0 ? '' : `  in ${macros.join(' > ')}`}`
}
