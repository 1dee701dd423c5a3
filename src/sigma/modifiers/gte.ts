import { compareNumbers, type Modifier } from '../modifier.ts'

export const gte = {
  name: 'gte',
  doc: 'The field is greater than or equal to the value.',
  examples: [{ value: '4', condition: 'f.n >= 4' }],
  apply: (given) => compareNumbers('gte', '>=', given),
} satisfies Modifier
