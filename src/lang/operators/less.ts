import { compareBytes } from '../bytes.ts'
import type { Operator } from '../operator.ts'

export const less = {
  name: '<',
  doc: 'True when the number is less, or the text sorts before (byte for byte).',
  right: 'number',
  types: ['number', 'string'],
  rightField: true,
  examples: [
    [3, '4', true],
    [4, '4', false],
    [-1, '0', true],
    ['10', '9', true],
  ],
  compile: ([constant], type) =>
    type === 'string'
      ? (value) => compareBytes(value as string, constant as string) < 0
      : (value) => (value as number) < (constant as number),
} satisfies Operator
