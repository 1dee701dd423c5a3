import { eachText, fieldMatches, type Modifier } from '../modifier.ts'
import { joinTexts, MANY } from '../pattern.ts'

export const startswith = {
  name: 'startswith',
  doc: 'The field begins with the value.',
  examples: [
    { value: '/Tmp/', condition: 'f.x iglob "/Tmp/*"' },
    { value: '/', condition: 'f.x startswith "/"' },
  ],
  apply: (given) => fieldMatches(given, 'startswith') ?? eachText('startswith', given, (pattern) => [joinTexts([...pattern, MANY])]),
} satisfies Modifier
