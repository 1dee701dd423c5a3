import { eachText, fieldMatches, type Modifier } from '../modifier.ts'
import { joinTexts, MANY } from '../pattern.ts'

export const endswith = {
  name: 'endswith',
  doc: 'The field ends with the value.',
  examples: [
    { value: '/nc', condition: 'f.x iglob "*/nc"' },
    { value: '/7', condition: 'f.x endswith "/7"' },
  ],
  apply: (given) => fieldMatches(given, 'endswith') ?? eachText('endswith', given, (pattern) => [joinTexts([MANY, ...pattern])]),
} satisfies Modifier
