import type { Shape, Transformer } from '../transformer.ts'

export const join = {
  name: 'join',
  doc: 'The values of a list as one text, with a text between each two.',
  usage: 'join("-", (proc.name, user.name)) = cat-root',
  single: false,
  shape: ([separator, list, ...more]: readonly Shape[]) => {
    if (separator === undefined || list === undefined || more.length > 0) return { expected: 'a separator and a list' }
    if (separator.many === 'list') return { input: 0 }
    return list.many === 'list' ? { type: 'string', many: 'one' } : { input: 1 }
  },
  examples: [
    { inputs: ['-', ['a', 'b', 'c']], result: 'a-b-c' },
    { inputs: [', ', ['a']], result: 'a' },
    { inputs: [',', []], result: '' },
    { inputs: [',', [1, 2]], result: '1,2' },
  ],
  compile: () => (separator, list) => (Array.isArray(list) ? list.join(String(separator)) : undefined),
} satisfies Transformer
