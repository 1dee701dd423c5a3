import type { Operator } from '../operator.ts'
import { equal } from './equal.ts'

export const notEqual = {
  name: '!=',
  doc: 'True when the field has a value, and it is another one. A field without a value is not unequal: use `not x = y` for that.',
  right: 'text',
  types: equal.types,
  rightField: true,
  examples: [
    ['cat', 'cat', false],
    ['cat', 'dog', true],
    [22, '23', true],
    [true, 'false', true],
    ['10.0.0.1', '::1', true, 'ip'],
    ['192.168.0.1', '10.0.0.0/8', true, 'net'],
    ['10.1.2.3', '10.0.0.0/8', false, 'net'],
    [Buffer.from('GET'), 'PUT', true],
  ],
  compile: (constants, type) => {
    const same = equal.compile(constants, type)
    return (value) => !same(value)
  },
} satisfies Operator
