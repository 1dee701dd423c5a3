/** What a condition is after parsing, and how it is written again. All nodes are immutable and may be shared. */
import type { Source } from './source.ts'

/** Where a node was written: from `start` to before `end` of a source. */
export interface Place {
  readonly source: Source
  readonly start: number
  readonly end: number
}

interface Node {
  readonly at: Place
}

export interface FieldNode extends Node {
  readonly kind: 'field'
  readonly name: string
  /** What stands in the brackets. */
  readonly argument: string | undefined
}

export interface TransformerNode extends Node {
  readonly kind: 'transformer'
  readonly name: string
  readonly inputs: readonly InputNode[]
  readonly argument: string | undefined
}

/** A text or number as written; what it means depends on the field that it stands against. */
export interface ValueNode extends Node {
  readonly kind: 'value'
  readonly text: string
}

/** `(a, b)` on the right of an operator. */
export interface ValueListNode extends Node {
  readonly kind: 'values'
  readonly values: readonly ValueNode[]
}

/** `(a, b)` inside a transformer's parentheses. */
export interface InputListNode extends Node {
  readonly kind: 'inputs'
  readonly inputs: readonly (OperandNode | ValueNode)[]
}

/** Something that gives a value for an event. */
export type OperandNode = FieldNode | TransformerNode
export type InputNode = OperandNode | ValueNode | InputListNode
export type RightNode = ValueNode | ValueListNode | OperandNode

export type Modifier = 'oneof' | 'anyof' | 'allof'

export interface CheckNode extends Node {
  readonly kind: 'check'
  readonly left: OperandNode
  readonly operator: string
  readonly operatorAt: Place
  readonly modifier: Modifier | undefined
  /** Absent for `exists`. `val(x)` is given as the field itself. */
  readonly right: RightNode | undefined
}

/** The name of a macro; `body` is there once the rule is linked. */
export interface MacroNode extends Node {
  readonly kind: 'macro'
  readonly name: string
  readonly body: Expression | undefined
}

export interface GroupNode extends Node {
  readonly kind: 'and' | 'or'
  readonly children: readonly Expression[]
}

export interface NotNode extends Node {
  readonly kind: 'not'
  readonly child: Expression
}

export type Expression = GroupNode | NotNode | CheckNode | MacroNode

/** A condition as text that parses to the same tree. Macros stand by name. */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.children.map((child) => printChild(child, node.kind)).join(` ${node.kind} `)
    case 'not':
      return `not ${printChild(node.child, 'not')}`
    case 'macro':
      return node.name
    case 'check':
      return printCheck(node)
    default:
      return node satisfies never
  }
}

/** A group inside a group (or a `not`) needs its parentheses, even where it has the same operator: it is a node of its own. */
function printChild(child: Expression, parent: 'and' | 'or' | 'not'): string {
  const grouped = child.kind === 'and' || child.kind === 'or' || (child.kind === 'not' && parent === 'not')
  return grouped ? `(${printExpression(child)})` : printExpression(child)
}

export function printCheck(node: CheckNode): string {
  const operator = node.modifier === undefined ? node.operator : `${node.operator} ${node.modifier}`
  return node.right === undefined
    ? `${printOperand(node.left)} ${operator}`
    : `${printOperand(node.left)} ${operator} ${printRight(node.right)}`
}

export function printOperand(node: OperandNode): string {
  const argument = node.argument === undefined ? '' : `[${printArgument(node.argument)}]`
  return node.kind === 'field' ? `${node.name}${argument}` : `${node.name}(${node.inputs.map(printInput).join(', ')})${argument}`
}

function printRight(node: RightNode): string {
  switch (node.kind) {
    case 'value':
      return printText(node.text)
    case 'values':
      return `(${node.values.map((value) => printText(value.text)).join(', ')})`
    case 'field':
      return `val(${printOperand(node)})`
    case 'transformer':
      return printOperand(node)
    default:
      return node satisfies never
  }
}

function printInput(node: InputNode): string {
  switch (node.kind) {
    case 'value':
      return quote(node.text)
    case 'inputs':
      return `(${node.inputs.map(printInput).join(', ')})`
    default:
      return printOperand(node)
  }
}

const bare = /^[^()"'\s=,\x00-\x1f]+$/
const bareArgument = /^[^\][\s"'\x00-\x1f]+$/
/** Bare words that would be read as something else in the place of a value. */
const misread = /^(oneof|anyof|allof|and|or|not)$/

const printArgument = (text: string): string => (bareArgument.test(text) ? text : quote(text))

/** A value as it may be written: bare where that is possible. */
function printText(text: string): string {
  return bare.test(text) && !misread.test(text) ? text : quote(text)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
  '"': '\\"',
}

/** What is not written as itself: controls, quotes, backslashes, and bytes that are no UTF-8 (lone surrogates). */
const special = /[\x00-\x1f"\\]|[\udc80-\udcff](?<![\ud800-\udbff].)/g

/** A value in double quotes, with the language's escapes. A backslash at the end is written as a byte: `\\"` would not end the string. */
export function quote(text: string): string {
  const escaped = text.replace(special, (char, at: number) => {
    const plain = char === '\\' && at === text.length - 1 ? undefined : ESCAPES[char]
    return plain ?? `\\x${(char.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`
  })
  return `"${escaped}"`
}
