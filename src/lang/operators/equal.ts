import type { Network } from '../ip.ts'
import { inNetwork } from '../ip.ts'
import type { Operator } from '../operator.ts'

export const equal = {
  name: '=',
  aliases: ['=='],
  doc: 'True when the field is the value. A network holds for every address in it.',
  right: 'text',
  types: ['string', 'number', 'boolean', 'ip', 'net', 'bytes'],
  rightField: true,
  examples: [
    ['cat', 'cat', true],
    ['cat', 'Cat', false],
    [22, '0x16', true],
    [true, 'true', true],
    ['10.0.0.1', '10.0.0.1', true, 'ip'],
    ['2001:db8::1', '2001:0db8:0::1', true, 'ip'],
    ['10.1.2.3', '10.0.0.0/8', true, 'net'],
    ['2001:db8::1', '10.0.0.0/8', false, 'net'],
    [Buffer.from('GET'), 'GET', true],
  ],
  compile: ([constant], type) => {
    if (type === 'net') return (value) => inNetwork(value as string, constant as Network)
    if (type === 'bytes') return (value) => (value as Buffer).equals(constant as Buffer)
    return (value) => value === constant
  },
} satisfies Operator
