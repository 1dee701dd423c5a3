import type { Operator } from '../operator.ts'

export const endsWith = {
  name: 'endswith',
  doc: 'True when the field ends with the value, byte for byte.',
  right: 'text',
  types: ['string', 'bytes'],
  rightField: true,
  examples: [
    ['/root/.bashrc', '.bashrc', true],
    ['/root/.bashrc', '.BASHRC', false],
    ['rc', '.bashrc', false],
    [Buffer.from('a\r\n'), '\r\n', true],
  ],
  compile: ([constant], type) => {
    if (type === 'string') return (value) => (value as string).endsWith(constant as string)
    const suffix = constant as Buffer
    return (value) => {
      const bytes = value as Buffer
      return bytes.length >= suffix.length && bytes.subarray(bytes.length - suffix.length).equals(suffix)
    }
  },
} satisfies Operator
