/** For each exception of a rule a rule in shadow that matches what the exception takes out: so the exceptions that do something are told from those that do nothing. */
import type { CollectedRule } from './collected.ts'
import { exceptionCondition } from './exceptions.ts'
import { concatenate, fixedSource, type Source, sourceOf } from './source.ts'

export function exceptionCounters(rule: CollectedRule): readonly CollectedRule[] {
  const fixed = (text: string): Source => fixedSource(text, rule.at)
  const { correlation, ...keys } = rule.keys
  const conditions = correlation?.kind === 'sequence' ? correlation.steps.map((step) => sourceOf(step.condition.origin)) : [rule.condition]
  const any = conditions.flatMap((condition, index) => [fixed(index === 0 ? '((' : ') or ('), condition])
  return rule.exceptions.flatMap((exception) => {
    const inner = exceptionCondition(exception)
    if (inner.length === 0) return []
    return [
      {
        ...rule,
        name: `${rule.name}, exception ${exception.name}`,
        condition: concatenate([...any, fixed(')) and '), ...inner]),
        exceptions: [],
        keys: { ...keys, shadow: true, tests: [], attack: [], benign: [] },
      },
    ]
  })
}
