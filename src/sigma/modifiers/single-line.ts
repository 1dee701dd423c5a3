import { addFlag, type Modifier } from '../modifier.ts'

export const singleLine = {
  name: 's',
  doc: 'The dot of the regular expression matches line ends, too. Only behind re.',
  examples: [],
  apply: (given) => addFlag('s', given),
} satisfies Modifier
