/** Resolves fields and transformers against a vocabulary. Throws LanguageError with the place of the mistake. */
import type { FieldDefinition, Vocabulary } from '../events/field.ts'
import { type FieldNode, type InputNode, type OperandNode, printOperand, quote, type TransformerNode } from './ast.ts'
import type { BoundField, BoundOperand, BoundTransform } from './bound.ts'
import { TYPE_NAMES } from './constants.ts'
import { didYouMean, LanguageError } from './messages.ts'
import { suggest } from './suggest.ts'
import type { Shape, Transformer } from './transformer.ts'
import { TRANSFORMERS } from './transformers.ts'

const TEXT: Shape = { type: 'string', many: 'one' }

export function bindOperand(node: OperandNode, vocabulary: Vocabulary): BoundField | BoundTransform {
  return node.kind === 'field' ? bindField(node, vocabulary) : bindTransformer(node, vocabulary)
}

function bindField(node: FieldNode, vocabulary: Vocabulary): BoundField {
  const definition = vocabulary.field(node.name)
  if (definition === undefined) {
    const suggestion = didYouMean(suggest(node.name, vocabulary.names))
    throw new LanguageError('RULE_UNKNOWN_FIELD', { field: node.name, suggestion }, node.at)
  }
  const argument = bindArgument(node, definition)
  const shape: Shape = { type: definition.type, many: manyOf(definition, argument) }
  return { kind: 'field', key: printOperand(node), definition, argument, shape }
}

/** With its index, a field that stands for several values gives the one. */
function manyOf(definition: FieldDefinition, argument: string | number | undefined): Shape['many'] {
  return definition.many === undefined || (argument !== undefined && definition.argument !== undefined) ? 'one' : definition.many
}

function bindArgument({ name, argument, at }: FieldNode, definition: FieldDefinition): string | number | undefined {
  const expected = definition.argument
  if (argument === undefined) {
    if (expected?.required) throw new LanguageError('RULE_NEEDS_ARGUMENT', { field: name, doc: expected.doc }, at)
    return undefined
  }
  if (expected === undefined) throw new LanguageError('RULE_NO_ARGUMENT', { field: name }, at)
  if (expected.kind !== 'index') return argument
  if (!/^\d{1,9}$/.test(argument)) throw new LanguageError('RULE_NOT_AN_INDEX', { field: name, argument }, at)
  return Number(argument)
}

function bindTransformer(node: TransformerNode, vocabulary: Vocabulary): BoundTransform {
  const transformer = TRANSFORMERS.get(node.name)
  if (transformer === undefined) throw new Error(`the parser took ${node.name} for a transformer`)
  if (node.argument !== undefined && transformer.takesArgument !== true) {
    throw new LanguageError('RULE_TRANSFORMER_ARGUMENT', { transformer: node.name }, node.at)
  }
  const inputs = node.inputs.map((input, index) => bindInput(input, transformer, index, vocabulary))
  const shape = shapeOf(node, transformer, inputs)
  return { kind: 'transform', key: printOperand(node), transformer, inputs, argument: node.argument, shape }
}

function bindInput(node: InputNode, transformer: Transformer, index: number, vocabulary: Vocabulary): BoundOperand {
  switch (node.kind) {
    case 'value':
      return { kind: 'text', key: quote(node.text), text: node.text, shape: TEXT }
    case 'inputs': {
      const items = node.inputs.map((item, place) => bindInput(item, transformer, place, vocabulary))
      return { kind: 'list', key: `(${items.map(({ key }) => key).join(', ')})`, items, shape: { type: 'string', many: 'list' } }
    }
    case 'transformer':
      return bindTransformer(node, vocabulary)
    default:
      return transformer.wordsAt === index ? bindWords(node, vocabulary) : refuse(bindField(node, vocabulary), transformer, node)
  }
}

/** A field with an index and without it in the rule: all its elements. */
function bindWords(node: FieldNode, vocabulary: Vocabulary): BoundOperand {
  const field = bindField(node, vocabulary)
  const indexed = field.argument === undefined && field.definition.argument?.kind === 'index' && field.shape.many === 'one'
  if (!indexed) return field
  return { kind: 'words', key: `${field.key}[*]`, definition: field.definition, shape: { type: 'string', many: 'list' } }
}

function refuse(field: BoundField, transformer: Transformer, node: FieldNode): BoundField {
  if (!transformer.single || field.definition.noTransformer !== true) return field
  throw new LanguageError('RULE_TRANSFORMER_FIELD', { field: field.key }, node.at)
}

function shapeOf(node: TransformerNode, transformer: Transformer, inputs: readonly BoundOperand[]): Shape {
  const shapes = inputs.map(({ shape }) => shape)
  const result = transformer.shape(shapes, node.argument)
  if ('type' in result) return result
  const facts = { transformer: node.name, usage: `Example: \`${transformer.usage}\`.` }
  if ('expected' in result) throw new LanguageError('RULE_TRANSFORMER_INPUTS', { ...facts, expected: result.expected }, node.at)
  const wrong = shapes[result.input] ?? TEXT
  throw new LanguageError('RULE_TRANSFORMER_TYPE', { ...facts, type: nameOf(wrong) }, node.inputs[result.input]?.at ?? node.at)
}

/** A shape in words. */
export function nameOf({ type, many }: Shape): string {
  return many === 'list' ? `a list (each value ${TYPE_NAMES[type]})` : TYPE_NAMES[type]
}
