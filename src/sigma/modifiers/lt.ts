import { compareNumbers, type Modifier } from '../modifier.ts'

export const lt = {
  name: 'lt',
  doc: 'The field is less than the value.',
  examples: [{ value: '4', condition: 'f.n < 4' }],
  apply: (given) => compareNumbers('lt', '<', given),
} satisfies Modifier
