import type { Operator, Scalar } from '../operator.ts'
import { bytesOf, parseBytes } from './bcontains.ts'

export const bstartsWith = {
  name: 'bstartswith',
  doc: 'True when the field begins with the bytes, written as hexadecimal digits. Of a text its bytes are taken.',
  right: 'text',
  types: ['bytes', 'string'],
  rightField: true,
  parse: parseBytes,
  examples: [
    [Buffer.from('\x7fELF\x02'), '7f454c46', true],
    [Buffer.from('\x7fELF\x02'), '454c46', false],
    ['é', 'c3a9', true],
  ],
  compile: ([constant]) => {
    const prefix = bytesOf(constant as Scalar)
    return (value) => bytesOf(value).subarray(0, prefix.length).equals(prefix)
  },
} satisfies Operator
