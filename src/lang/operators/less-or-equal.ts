import { compareBytes } from '../bytes.ts'
import type { Operator } from '../operator.ts'

export const lessOrEqual = {
  name: '<=',
  doc: 'True when the number is not greater, or the text does not sort after.',
  right: 'number',
  types: ['number', 'string'],
  rightField: true,
  examples: [
    [4, '4', true],
    [5, '4', false],
    ['9', '9', true],
    ['9', '10', false],
  ],
  compile: ([constant], type) =>
    type === 'string'
      ? (value) => compareBytes(value as string, constant as string) <= 0
      : (value) => (value as number) <= (constant as number),
} satisfies Operator
