import { compareBytes } from '../bytes.ts'
import type { Operator } from '../operator.ts'

export const greaterOrEqual = {
  name: '>=',
  doc: 'True when the number is not less, or the text does not sort before.',
  right: 'number',
  types: ['number', 'string'],
  rightField: true,
  examples: [
    [4, '4', true],
    [3, '4', false],
    ['9', '10', true],
    ['10', '9', false],
  ],
  compile: ([constant], type) =>
    type === 'string'
      ? (value) => compareBytes(value as string, constant as string) >= 0
      : (value) => (value as number) >= (constant as number),
} satisfies Operator
