import { asciiLower } from '../bytes.ts'
import { mapTexts, type Transformer, textShape } from '../transformer.ts'

export const tolower = {
  name: 'tolower',
  doc: 'The text with A to Z in lower case.',
  usage: 'tolower(proc.name) = bash',
  single: true,
  shape: textShape,
  examples: [
    { inputs: ['BaSh'], result: 'bash' },
    { inputs: ['É'], result: 'É' },
    { inputs: [['A', 'b']], result: ['a', 'b'] },
  ],
  compile: () => (value) => mapTexts(value, asciiLower),
} satisfies Transformer
