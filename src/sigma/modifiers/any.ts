import type { Modifier } from '../modifier.ts'

export const any = {
  name: 'any',
  doc: 'One value is enough; so it is without it.',
  examples: [{ value: '1', condition: 'f.x = "1"' }],
  apply: (given) => ({ ...given, all: false }),
} satisfies Modifier
