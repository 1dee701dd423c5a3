import type { Operator } from '../operator.ts'

export const startsWith = {
  name: 'startswith',
  doc: 'True when the field begins with the value, byte for byte.',
  right: 'text',
  types: ['string', 'bytes'],
  rightField: true,
  examples: [
    ['/tmp/x', '/tmp/', true],
    ['/TMP/x', '/tmp/', false],
    ['/tmp', '/tmp/', false],
    [Buffer.from('\x7fELF'), '\x7fEL', true],
  ],
  compile: ([constant], type) => {
    if (type === 'string') return (value) => (value as string).startsWith(constant as string)
    const prefix = constant as Buffer
    return (value) => (value as Buffer).subarray(0, prefix.length).equals(prefix)
  },
} satisfies Operator
