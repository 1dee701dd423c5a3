import { compareNumbers, type Modifier } from '../modifier.ts'

export const gt = {
  name: 'gt',
  doc: 'The field is greater than the value.',
  examples: [{ value: '4', condition: 'f.n > 4' }],
  apply: (given) => compareNumbers('gt', '>', given),
} satisfies Modifier
