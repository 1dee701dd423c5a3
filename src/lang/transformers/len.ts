import { byteLength } from '../bytes.ts'
import type { Shape, Transformer } from '../transformer.ts'

export const len = {
  name: 'len',
  doc: 'Length in bytes of a text or buffer, number of values of a list. A text that is missing has length 0.',
  usage: 'len(proc.cmdline) > 4000',
  single: true,
  takesMissing: true,
  shape: ([input, ...more]: readonly Shape[]) => {
    if (input === undefined || more.length > 0) return { expected: 'one value' }
    const measurable = input.many === 'list' || input.type === 'string' || input.type === 'bytes'
    return measurable ? { type: 'number', many: 'one' } : { input: 0 }
  },
  examples: [
    { inputs: ['/tmp'], result: 4 },
    { inputs: ['é'], result: 2 },
    { inputs: [undefined], result: 0 },
    { inputs: [['a', 'b']], result: 2 },
    { inputs: [Buffer.from('abc')], result: 3 },
  ],
  compile: () => (value) => {
    if (value === undefined) return 0
    return typeof value === 'string' ? byteLength(value) : Array.isArray(value) || Buffer.isBuffer(value) ? value.length : undefined
  },
} satisfies Transformer
