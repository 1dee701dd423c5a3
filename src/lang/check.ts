/** Checks one check: the field exists, the operator compares its type, the values are of it. Gives it bound, or throws LanguageError. */
import type { Vocabulary } from '../events/field.ts'
import type { CheckNode, RightNode, ValueNode } from './ast.ts'
import type { BoundCheck, BoundField, BoundOperand, BoundTransform } from './bound.ts'
import { bindOperand, nameOf } from './check-operand.ts'
import { type Constant, parseConstant, TYPE_EXAMPLES, TYPE_NAMES } from './constants.ts'
import { EVENT_TYPE_NAMES } from './event-type-names.ts'
import { didYouMean, LanguageError } from './messages.ts'
import type { Operator } from './operator.ts'
import { OPERATORS } from './operators.ts'
import { suggest } from './suggest.ts'

export function bindCheck(node: CheckNode, vocabulary: Vocabulary): BoundCheck {
  const operator = OPERATORS.get(node.operator)
  if (operator === undefined) throw new Error(`the parser took ${node.operator} for an operator`)
  const left = bindOperand(node.left, vocabulary)
  checkOperator(node, operator, left)
  const { right } = node
  if (right === undefined) return { node, operator, modifier: undefined, left, constants: [], rightOperand: undefined }
  if (right.kind === 'field' || right.kind === 'transformer') {
    const rightOperand = bindOperand(right, vocabulary)
    checkRight(node, operator, left, rightOperand)
    return { node, operator, modifier: node.modifier, left, constants: [], rightOperand }
  }
  const constants = valuesOf(right).map((value) => readValue(value, operator, left))
  return { node, operator, modifier: node.modifier, left, constants, rightOperand: undefined }
}

export const valuesOf = (right: RightNode): readonly ValueNode[] =>
  right.kind === 'values' ? right.values : right.kind === 'value' ? [right] : []

function checkOperator(node: CheckNode, operator: Operator, left: BoundOperand): void {
  if (operator.name === 'exists') return
  const { type, many } = left.shape
  const facts = { operator: operator.name, field: left.key }
  if (many === 'list' && (operator.lists === undefined || node.modifier !== undefined)) {
    throw new LanguageError('RULE_OPERATOR_LIST', facts, node.operatorAt)
  }
  if (operator.types.includes(type)) return
  const known = [...new Set(OPERATORS.values())].filter(({ types }) => types.includes(type)).map(({ name }) => name)
  throw new LanguageError('RULE_OPERATOR_TYPE', { ...facts, type: TYPE_NAMES[type], known: known.join(' ') }, node.operatorAt)
}

function checkRight(node: CheckNode, operator: Operator, left: BoundOperand, right: BoundField | BoundTransform): void {
  const at = node.right?.at ?? node.at
  const facts = { operator: operator.name, field: left.key }
  const alone = left.shape.many === 'any' || left.shape.type === 'net'
  if (!operator.rightField || alone) throw new LanguageError('RULE_RIGHT_NOT_ALLOWED', facts, at)
  if (right.shape.many === 'any') throw new LanguageError('RULE_RIGHT_NOT_USABLE', { field: right.key }, at)
  if (left.shape.type === right.shape.type && left.shape.many === right.shape.many) return
  const shapes = { left: left.key, leftType: nameOf(left.shape), right: right.key, rightType: nameOf(right.shape) }
  throw new LanguageError('RULE_RIGHT_TYPE', shapes, at)
}

function readValue(value: ValueNode, operator: Operator, left: BoundOperand): Constant {
  const { text } = value
  if (text.includes('\0')) throw new LanguageError('RULE_NUL_BYTE', {}, value.at)
  checkEventType(value, operator, left)
  const parsed = operator.parse?.(text)
  if (parsed !== undefined) {
    if ('constant' in parsed) return parsed.constant
    const code = parsed.problem === 'hex' ? 'RULE_BAD_HEX' : 'RULE_BAD_REGEX'
    throw new LanguageError(code, { value: text, operator: operator.name, reason: parsed.reason }, value.at)
  }
  const { type } = left.shape
  const constant = parseConstant(type, text, left.key)
  if (constant !== undefined) return constant
  const facts = { value: text === '' ? 'an empty text' : text, type: TYPE_NAMES[type], field: left.key, example: TYPE_EXAMPLES[type] }
  throw new LanguageError('RULE_BAD_VALUE', facts, value.at)
}

/** The operators that compare whole event types. */
const WHOLE = new Set(['=', '!=', 'in', 'intersects'])

function checkEventType({ text, at }: ValueNode, operator: Operator, left: BoundOperand): void {
  if (!isEventType(left) || !WHOLE.has(operator.name) || EVENT_TYPE_NAMES.has(text)) return
  throw new LanguageError('RULE_UNKNOWN_EVENT_TYPE', { value: text, suggestion: didYouMean(suggest(text, EVENT_TYPE_NAMES)) }, at)
}

const isEventType = ({ key }: { readonly key: string }): boolean => key === 'evt.type' || key === 'syscall.type'
