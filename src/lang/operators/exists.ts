import type { Operator } from '../operator.ts'

export const exists = {
  name: 'exists',
  doc: 'True when the event has a value for the field.',
  right: 'none',
  types: ['string', 'number', 'boolean', 'ip', 'net', 'bytes'],
  lists: 'some',
  rightField: false,
  examples: [
    ['', '', true],
    [0, '', true],
    [false, '', true],
  ],
  compile: () => () => true,
} satisfies Operator
