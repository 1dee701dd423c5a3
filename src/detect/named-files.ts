/** The files that rules name by their full path: enrich knows them by inode too, so that another name hides nothing. */
import type { CheckNode, Expression } from '../lang/ast.ts'
import type { LinkedRule } from '../lang/load-rules.ts'

const EQUALITY = new Set(['=', '==', 'in'])

/** Absolute paths that a rule which is on compares `fd.name` with, each once. */
export function namedFiles(rules: readonly LinkedRule[]): ReadonlySet<string> {
  const found = new Set<string>()
  const seen = new Set<Expression>()
  const visit = (node: Expression | undefined): void => {
    if (node === undefined || seen.has(node)) return
    seen.add(node)
    if (node.kind === 'check') for (const path of pathsOf(node)) found.add(path)
    else if (node.kind === 'not') visit(node.child)
    else if (node.kind === 'macro') visit(node.body)
    else node.children.forEach(visit)
  }
  for (const rule of rules) if (rule.enabled) visit(rule.expression)
  return found
}

function pathsOf({ left, operator, right }: CheckNode): readonly string[] {
  if (left.kind !== 'field' || left.name !== 'fd.name' || !EQUALITY.has(operator)) return []
  const values = right?.kind === 'value' ? [right] : right?.kind === 'values' ? right.values : []
  return values.map(({ text }) => text).filter((text) => text.startsWith('/'))
}
