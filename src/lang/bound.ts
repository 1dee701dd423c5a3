/** A check whose names are resolved and whose values are read: what the checker makes and the compiler takes. */
import type { FieldDefinition } from '../events/field.ts'
import type { CheckNode, Modifier } from './ast.ts'
import type { Constant } from './constants.ts'
import type { Operator } from './operator.ts'
import type { Shape, Transformer } from './transformer.ts'

export interface BoundField {
  readonly kind: 'field'
  /** The field as text, `proc.aname[2]`: equal keys read the same value. */
  readonly key: string
  readonly definition: FieldDefinition
  readonly argument: string | number | undefined
  readonly shape: Shape
}

/** A text that the rule gives to a transformer. */
export interface BoundText {
  readonly kind: 'text'
  readonly key: string
  readonly text: string
  readonly shape: Shape
}

/** `(a, b)` in a transformer. */
export interface BoundList {
  readonly kind: 'list'
  readonly key: string
  readonly items: readonly BoundOperand[]
  readonly shape: Shape
}

/** Every element of a field with an index (`proc.args` for getopt), read one by one until there is none. */
export interface BoundWords {
  readonly kind: 'words'
  readonly key: string
  readonly definition: FieldDefinition
  readonly shape: Shape
}

export interface BoundTransform {
  readonly kind: 'transform'
  readonly key: string
  readonly transformer: Transformer
  readonly inputs: readonly BoundOperand[]
  readonly argument: string | undefined
  readonly shape: Shape
}

export type BoundOperand = BoundField | BoundText | BoundList | BoundWords | BoundTransform

export interface BoundCheck {
  readonly node: CheckNode
  readonly operator: Operator
  readonly modifier: Modifier | undefined
  readonly left: BoundField | BoundTransform
  /** What the values on the right were read as; none where another operand stands there, or nothing. */
  readonly constants: readonly Constant[]
  readonly rightOperand: BoundOperand | undefined
}
