import { compareBytes } from '../bytes.ts'
import type { Operator } from '../operator.ts'

export const greater = {
  name: '>',
  doc: 'True when the number is greater, or the text sorts after (byte for byte).',
  right: 'number',
  types: ['number', 'string'],
  rightField: true,
  examples: [
    [5, '4', true],
    [4, '4', false],
    [0x20, '0x1f', true],
    ['9', '10', true],
  ],
  compile: ([constant], type) =>
    type === 'string'
      ? (value) => compareBytes(value as string, constant as string) > 0
      : (value) => (value as number) > (constant as number),
} satisfies Operator
