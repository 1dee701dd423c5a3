import { addFlag, type Modifier } from '../modifier.ts'

export const multiLine = {
  name: 'm',
  doc: '^ and $ of the regular expression match at every line. Only behind re.',
  examples: [],
  apply: (given) => addFlag('m', given),
} satisfies Modifier
