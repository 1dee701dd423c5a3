/** What an operator is. Each is one file in operators/ and one line in operators.ts. */
import type { FieldType } from '../events/field.ts'
import type { Constant } from './constants.ts'

/** What stands to the right: nothing, a number, one text, or a list in parentheses. */
export type RightKind = 'none' | 'number' | 'text' | 'list'

/** A value of a field that is not a list. */
export type Scalar = string | number | boolean | Buffer

/** Tells whether the (present) value of the field satisfies the check. */
export type Test = (value: Scalar) => boolean

/** [the field's value, what is written on the right, whether it holds, the field's type where the value does not tell it]. */
export type OperatorExample = readonly [value: Scalar, right: string | readonly string[], holds: boolean, type?: FieldType]

export interface Operator {
  readonly name: string
  /** Other ways to write it. */
  readonly aliases?: readonly string[]
  readonly doc: string
  readonly right: RightKind
  /** The types of fields that it compares. */
  readonly types: readonly FieldType[]
  /** How it treats fields that are lists; absent where it does not take them. */
  readonly lists?: 'every' | 'some'
  /** May another field stand on the right? */
  readonly rightField: boolean
  /** Run as tests. */
  readonly examples: readonly OperatorExample[]
  /** Reads the value on the right where it is not simply of the field's type; a message where it can not. */
  readonly parse?: (text: string) => { readonly constant: Constant } | { readonly problem: 'hex' | 'regex'; readonly reason: string }
  /** Called once per rule with what is on the right (one value, or all of a list); the result is called once per event. */
  readonly compile: (constants: readonly Constant[], type: FieldType) => Test
}
