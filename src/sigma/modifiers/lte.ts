import { compareNumbers, type Modifier } from '../modifier.ts'

export const lte = {
  name: 'lte',
  doc: 'The field is less than or equal to the value.',
  examples: [{ value: '4', condition: 'f.n <= 4' }],
  apply: (given) => compareNumbers('lte', '<=', given),
} satisfies Modifier
