/** What a transformer is. Each is one file in transformers/ and one line in transformers.ts. */
import type { FieldType, FieldValue } from '../events/field.ts'

/** What an operand gives: the type of its values, and whether it is one, a list, or several that stand for it at once. */
export interface Shape {
  readonly type: FieldType
  readonly many: 'one' | 'list' | 'any'
}

export interface TransformerExample {
  readonly inputs: readonly (FieldValue | undefined)[]
  readonly argument?: string
  readonly result: FieldValue | undefined
}

/** Why the inputs do not fit: the input of that index has the wrong type, or there are too few, too many or the wrong ones. */
export type Misfit = { readonly input: number } | { readonly expected: string }

export interface Transformer {
  readonly name: string
  readonly doc: string
  /** A check with it, as it may stand in a rule. */
  readonly usage: string
  /** Takes `[x]` behind its parentheses. */
  readonly takesArgument?: true
  /** Changes one value, so that fields which forbid that (FieldDefinition.noTransformer) are refused. */
  readonly single: boolean
  /** Is called where an input has no value; without it, the result then has none either. */
  readonly takesMissing?: true
  /** The index of the input that is a list of words: there, a field with an index (proc.args) stands for all its elements. */
  readonly wordsAt?: number
  readonly shape: (inputs: readonly Shape[], argument: string | undefined) => Shape | Misfit
  /** Run as tests. */
  readonly examples: readonly TransformerExample[]
  /** Called once per rule; the result is called once per event with the values of the inputs. */
  readonly compile: (argument: string | undefined) => (...inputs: (FieldValue | undefined)[]) => FieldValue | undefined
}

/** Applies a function of one text to a text, or to each text of a list. Where the function gives undefined, the whole has no value. */
export function mapTexts(
  value: FieldValue | undefined,
  change: (text: string) => string | undefined,
): string | readonly string[] | undefined {
  if (!Array.isArray(value)) return change(String(value))
  const changed = value.map((one) => change(String(one)))
  return changed.every((one) => one !== undefined) ? changed : undefined
}

/** The shape of transformers that turn a text into a text. */
export function textShape(inputs: readonly Shape[]): Shape | Misfit {
  const [input, ...more] = inputs
  if (input === undefined || more.length > 0) return { expected: 'one value' }
  return input.type === 'string' ? input : { input: 0 }
}
