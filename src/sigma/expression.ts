/** Conditions of our language as they are put together, with what is always true or false folded away. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'check'; readonly text: string }
  | { readonly kind: 'not'; readonly child: Expression }
  | { readonly kind: 'and' | 'or'; readonly children: readonly Expression[] }

const TRUE: Expression = { kind: 'constant', value: true }
export const FALSE: Expression = { kind: 'constant', value: false }

/** A condition of our language; what joins checks in it must stand in parentheses. */
export const check = (text: string): Expression => ({ kind: 'check', text })
export const allOf = (children: readonly Expression[]): Expression => group('and', children)
export const anyOf = (children: readonly Expression[]): Expression => group('or', children)

export function negate(child: Expression): Expression {
  if (child.kind === 'constant') return child.value ? FALSE : TRUE
  return child.kind === 'not' ? child.child : { kind: 'not', child }
}

/** Groups of the same kind become one, equal checks are said once. */
function group(kind: 'and' | 'or', given: readonly Expression[]): Expression {
  const deciding = kind === 'or'
  const seen = new Set<string>()
  const children: Expression[] = []
  for (const child of given.flatMap((one) => (one.kind === kind ? one.children : [one]))) {
    if (child.kind === 'constant') {
      if (child.value === deciding) return child
      continue
    }
    const text = textOfExpression(child)
    if (!seen.has(text)) children.push(child)
    seen.add(text)
  }
  const [only] = children
  if (only === undefined) return deciding ? FALSE : TRUE
  return children.length === 1 ? only : { kind, children }
}

/** As it stands in a rule. Constants are gone by now, but where one is all there is. */
export function textOfExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return expression.value ? 'evt.type exists' : 'not evt.type exists'
    case 'check':
      return expression.text
    case 'not':
      return `not ${inParentheses(expression.child)}`
    case 'and':
      return expression.children.map((child) => (child.kind === 'or' ? inParentheses(child) : textOfExpression(child))).join(' and ')
    case 'or':
      return expression.children.map(textOfExpression).join(' or ')
    default:
      return expression satisfies never
  }
}

function inParentheses(expression: Expression): string {
  const text = textOfExpression(expression)
  return expression.kind === 'and' || expression.kind === 'or' ? `(${text})` : text
}
