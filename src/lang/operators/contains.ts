import type { Operator } from '../operator.ts'

export const contains = {
  name: 'contains',
  doc: 'True when the value occurs somewhere in the field, byte for byte.',
  right: 'text',
  types: ['string', 'bytes'],
  rightField: true,
  examples: [
    ['/etc/shadow', 'shadow', true],
    ['/etc/shadow', 'Shadow', false],
    ['/etc/shadow', '', true],
    [Buffer.from('GET / HTTP/1.1'), 'HTTP', true],
  ],
  compile: ([constant], type) =>
    type === 'bytes'
      ? (value) => (value as Buffer).includes(constant as Buffer)
      : (value) => (value as string).includes(constant as string),
} satisfies Operator
