/** What `prevent: true` asks for and nobody can do. What of the rest is known beforehand is the matter of detect/prevention.ts. */
import { DENIAL_KINDS } from '../events/denial.ts'
import { KINDS } from '../events/kinds.ts'
import type { Expression } from './ast.ts'
import type { CollectedRule } from './collected.ts'
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { eventTypesOf } from './event-types.ts'

const PREVENTABLE: ReadonlySet<string> = new Set(
  KINDS.filter(({ name }) => DENIAL_KINDS.some((kind) => kind === name)).flatMap(({ types }) => types),
)

const MAX_NAMED = 8

export function advisePrevention(rule: CollectedRule, expression: Expression): Diagnostic[] {
  if (rule.keys.prevent !== true) return []
  const problem = problemOf(rule, expression)
  return problem === undefined ? [] : [diagnostic('LOAD_NOT_PREVENTABLE', { rule: rule.name, ...problem }, rule.at)]
}

function problemOf({ source, keys }: CollectedRule, expression: Expression): { readonly what: string; readonly why: string } | undefined {
  if (source !== 'syscall') return { what: `events of ${source}`, why: 'they are told when all is done' }
  if (keys.correlation !== undefined) return { what: 'several events together', why: 'each of them has happened when the last is seen' }
  const { all, names } = eventTypesOf(expression)
  if (all) return undefined
  const others = [...names].filter((name) => !PREVENTABLE.has(name))
  if (others.length === 0) return undefined
  const what = `its events ${others.slice(0, MAX_NAMED).join(', ')}${others.length > MAX_NAMED ? '…' : ''}`
  return { what, why: 'no hook can deny them' }
}
