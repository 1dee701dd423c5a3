/**
 * The rule language once more, as plainly as it can be written and slow: what the property tests compare the compiled rules
 * with. It shares no code with the compiler but the parser and the operators' own tests of one value.
 */
import type { FlatEvent } from '../events/event.ts'
import type { FieldValue, Vocabulary } from '../events/field.ts'
import type { CheckNode, Expression, FieldNode } from '../lang/ast.ts'
import { type Constant, parseConstant } from '../lang/constants.ts'
import type { Scalar } from '../lang/operator.ts'
import { OPERATORS } from '../lang/operators.ts'

export function interpret(node: Expression, event: FlatEvent, vocabulary: Vocabulary): boolean {
  switch (node.kind) {
    case 'and':
      return node.children.every((child) => interpret(child, event, vocabulary))
    case 'or':
      return node.children.some((child) => interpret(child, event, vocabulary))
    case 'not':
      return !interpret(node.child, event, vocabulary)
    case 'macro':
      return node.body !== undefined && interpret(node.body, event, vocabulary)
    case 'check':
      return interpretCheck(node, event, vocabulary)
    default:
      return node satisfies never
  }
}

function readField(node: FieldNode, event: FlatEvent, vocabulary: Vocabulary): FieldValue | undefined {
  const definition = vocabulary.field(node.name)
  return definition?.bind(node.argument === undefined ? undefined : Number(node.argument))(event)
}

function interpretCheck(node: CheckNode, event: FlatEvent, vocabulary: Vocabulary): boolean {
  const { left, right, modifier } = node
  if (left.kind !== 'field') throw new Error('the naive interpreter knows fields only')
  const definition = vocabulary.field(left.name)
  const operator = OPERATORS.get(node.operator)
  const value = readField(left, event, vocabulary)
  if (definition === undefined || operator === undefined) throw new Error('unknown')
  if (value === undefined) return false
  const several = left.argument === undefined ? definition.many : undefined
  if (operator.name === 'exists') return several !== 'any' || !Array.isArray(value) || value.length > 0
  const constants: Constant[] = []
  if (right?.kind === 'field') {
    const other = readField(right, event, vocabulary)
    if (other === undefined) return false
    constants.push(...([other].flat() as Constant[]))
  } else {
    const texts = right?.kind === 'values' ? right.values : right?.kind === 'value' ? [right] : []
    for (const { text } of texts) constants.push(parseConstant(definition.type, text, left.name) as Constant)
  }
  const test = (one: Scalar): boolean => {
    if (modifier === undefined) return constants.length === 0 ? false : operator.compile(constants, definition.type)(one)
    const results = constants.map((constant) => operator.compile([constant], definition.type)(one))
    if (results.length === 0) return false
    const count = results.filter(Boolean).length
    return modifier === 'anyof' ? count > 0 : modifier === 'allof' ? count === results.length : count === 1
  }
  const values = (Array.isArray(value) ? value : [value]) as Scalar[]
  if (several === 'list') return operator.name === 'in' ? values.every(test) : values.some(test)
  if (several === 'any') {
    const all = operator.name === '!=' && definition.argument === undefined
    return all ? values.length > 0 && values.every(test) : values.some(test)
  }
  return test(value as Scalar)
}
