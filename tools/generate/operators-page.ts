/** docs/reference/operators.md: operators and transformers of conditions, with the examples that are their tests. */
import type { FieldValue } from '../../src/events/field.ts'
import type { Operator } from '../../src/lang/operator.ts'
import { OPERATORS } from '../../src/lang/operators.ts'
import type { Transformer } from '../../src/lang/transformer.ts'
import { TRANSFORMERS } from '../../src/lang/transformers.ts'
import { code, GENERATED_NOTE, table } from './markdown.ts'

export function generateOperatorsPage(): string {
  return `${[
    GENERATED_NOTE,
    '# Operators',
    'What stands between a field and a value in a condition. Checks are joined by `and`, `or`, `not` and parentheses; `not` binds closest, then `and`.',
    ...new Set([...OPERATORS.values()].map(operatorSection)),
    '# Transformers',
    'Written around a field, on either side of an operator, inside each other, and in outputs. `val(field)` on the right compares with the value of another field.',
    ...[...TRANSFORMERS.values()].map(transformerSection),
  ].join('\n\n')}\n`
}

function operatorSection(operator: Operator): string {
  const facts = [`Fields: ${operator.types.join(', ')}.`]
  if (operator.lists !== undefined)
    facts.push(operator.lists === 'every' ? 'Of a list, every value must satisfy it.' : 'Of a list, one value must satisfy it.')
  if (operator.rightField) facts.push('Another field may stand on the right.')
  const names = [operator.name, ...(operator.aliases ?? [])]
  return [
    `## ${operator.name}`,
    `${names.length > 1 ? `Also written ${names.slice(1).map(code).join(', ')}. ` : ''}${operator.doc} ${facts.join(' ')}`,
    table(
      ['value of the field', 'written on the right', 'holds'],
      operator.examples.map(([value, right, holds]) => [
        valueText(value),
        operator.right === 'none' ? '' : typeof right === 'string' ? code(right) : code(`(${right.join(', ')})`),
        holds ? 'yes' : 'no',
      ]),
    ),
  ].join('\n\n')
}

function transformerSection(transformer: Transformer): string {
  return [
    `## ${transformer.name}()`,
    `${transformer.doc} For example ${code(transformer.usage)}`,
    table(
      ['given', ...(transformer.takesArgument ? ['in brackets'] : []), 'result'],
      transformer.examples.map(({ inputs, argument, result }) => [
        inputs.map(valueText).join(', '),
        ...(transformer.takesArgument ? [argument === undefined ? '' : code(argument)] : []),
        valueText(result),
      ]),
    ),
  ].join('\n\n')
}

/** Bytes in hexadecimal digits; lists in parentheses; text as it is. */
function valueText(value: FieldValue | undefined): string {
  if (value === undefined) return 'no value'
  if (Buffer.isBuffer(value)) return `bytes ${code(value.toString('hex'))}`
  return code(Array.isArray(value) ? `(${value.join(', ')})` : loneSurrogates(value as string | number | boolean))
}

/** Bytes that are not UTF-8 are lone surrogates inside of a text: shown as \xNN, for the page is UTF-8. */
const loneSurrogates = (value: string | number | boolean): string =>
  String(value).replace(/[\udc80-\udcff]/g, (char) => `\\x${(char.charCodeAt(0) - 0xdc00).toString(16)}`)
