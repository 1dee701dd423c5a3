import { eachText, fieldMatches, type Modifier } from '../modifier.ts'
import { joinTexts, MANY } from '../pattern.ts'

export const contains = {
  name: 'contains',
  doc: 'The value stands anywhere in the field.',
  examples: [
    { value: 'curl ', condition: 'f.x icontains "curl "' },
    { value: 'a*b', condition: 'f.x iglob "*a*b*"' },
  ],
  apply: (given) => fieldMatches(given, 'contains') ?? eachText('contains', given, (pattern) => [joinTexts([MANY, ...pattern, MANY])]),
} satisfies Modifier
