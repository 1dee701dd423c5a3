import type { Shape, Transformer } from '../transformer.ts'

export const concat = {
  name: 'concat',
  doc: 'Two or more texts as one.',
  usage: 'concat(fd.directory, "/", fd.filename) = val(fd.name)',
  single: false,
  shape: (inputs: readonly Shape[]) => {
    if (inputs.length < 2) return { expected: 'two or more texts' }
    const wrong = inputs.findIndex(({ type, many }) => type !== 'string' || many !== 'one')
    return wrong === -1 ? { type: 'string', many: 'one' } : { input: wrong }
  },
  examples: [
    { inputs: ['/etc', '/', 'shadow'], result: '/etc/shadow' },
    { inputs: ['a', ''], result: 'a' },
  ],
  compile:
    () =>
    (...texts) =>
      texts.join(''),
} satisfies Transformer
