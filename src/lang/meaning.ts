/** What a rule looks for as one text: the same where only names, places or words for people differ. */
import { type Expression, printExpression } from './ast.ts'
import type { LinkedRule } from './link.ts'

/** Macros and lists are put in, so that it changes with theirs. */
export function meaningOf({ expression, correlation }: Pick<LinkedRule, 'expression' | 'correlation'>): string {
  const plain = (key: string, value: unknown): unknown => {
    if (key === 'at') return undefined
    return key === 'expression' ? printExpression(withMacros(value as Expression)) : value
  }
  return JSON.stringify({ expression, correlation }, plain)
}

function withMacros(node: Expression): Expression {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { ...node, children: node.children.map(withMacros) }
    case 'not':
      return { ...node, child: withMacros(node.child) }
    case 'macro':
      return node.body === undefined ? node : withMacros(node.body)
    case 'check':
      return node
    default:
      return node satisfies never
  }
}
