/** What new rules change, in words. */
import type { CompiledRule } from '../lang/compile-rule.ts'

export interface RuleChanges {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** By name; a rule whose condition changed is neither. */
export function ruleChanges(before: readonly CompiledRule[], after: readonly CompiledRule[]): RuleChanges {
  const [old, fresh] = [namesOf(before), namesOf(after)]
  return { added: [...fresh].filter((name) => !old.has(name)), removed: [...old].filter((name) => !fresh.has(name)) }
}

const namesOf = (rules: readonly CompiledRule[]): ReadonlySet<string> => new Set(rules.map(({ rule }) => rule.name))

const MOST_NAMES = 5

/** `61 rules run: 2 new (A, B), 1 gone (C)`. */
export function changesText(rules: number, { added, removed }: RuleChanges): string {
  const parts = [told(added, 'new'), told(removed, 'gone')].filter((part) => part !== '')
  return `${rules} rules run: ${parts.length === 0 ? 'the same names, changed within' : parts.join(', ')}`
}

function told(names: readonly string[], what: string): string {
  if (names.length === 0) return ''
  const more = names.length > MOST_NAMES ? ', …' : ''
  return `${names.length} ${what} (${names.slice(0, MOST_NAMES).join(', ')}${more})`
}
