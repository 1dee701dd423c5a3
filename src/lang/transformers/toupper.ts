import { asciiUpper } from '../bytes.ts'
import { mapTexts, type Transformer, textShape } from '../transformer.ts'

export const toupper = {
  name: 'toupper',
  doc: 'The text with a to z in upper case.',
  usage: 'toupper(proc.name) = BASH',
  single: true,
  shape: textShape,
  examples: [
    { inputs: ['BaSh'], result: 'BASH' },
    { inputs: ['é'], result: 'é' },
    { inputs: [['A', 'b']], result: ['A', 'B'] },
  ],
  compile: () => (value) => mapTexts(value, asciiUpper),
} satisfies Transformer
