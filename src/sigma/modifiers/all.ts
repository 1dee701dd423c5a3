import type { Modifier } from '../modifier.ts'

export const all = {
  name: 'all',
  doc: 'Every value must hold; without it one is enough.',
  examples: [{ value: '1', condition: 'f.x = "1"' }],
  apply: (given) => ({ ...given, all: true }),
} satisfies Modifier
