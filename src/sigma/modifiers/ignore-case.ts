import { addFlag, type Modifier } from '../modifier.ts'

export const ignoreCase = {
  name: 'i',
  doc: 'Upper and lower case are the same in the regular expression. Only behind re.',
  examples: [],
  apply: (given) => addFlag('i', given),
} satisfies Modifier
