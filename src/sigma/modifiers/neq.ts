import type { Modifier } from '../modifier.ts'

export const neq = {
  name: 'neq',
  doc: 'The field is none of the values. An event without the field counts, too.',
  examples: [{ value: '1', condition: 'not f.x = "1"' }],
  apply: (given) => ({ ...given, negated: true }),
} satisfies Modifier
