import type { Modifier } from '../modifier.ts'

export const cased = {
  name: 'cased',
  doc: 'Upper and lower case differ.',
  examples: [{ value: 'Run', condition: 'f.x = "Run"' }],
  apply: (given) => ({ ...given, cased: true }),
} satisfies Modifier
