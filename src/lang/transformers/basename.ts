import { mapTexts, type Transformer, textShape } from '../transformer.ts'

export const basename = {
  name: 'basename',
  doc: 'What follows the last slash of a path; the whole text where there is none.',
  usage: 'basename(proc.exepath) = cat',
  single: true,
  shape: textShape,
  examples: [
    { inputs: ['/usr/bin/cat'], result: 'cat' },
    { inputs: ['cat'], result: 'cat' },
    { inputs: ['/usr/bin/'], result: '' },
  ],
  compile: () => (value) => mapTexts(value, (path) => path.slice(path.lastIndexOf('/') + 1)),
} satisfies Transformer
