import { type Modifier, textAsWritten } from '../modifier.ts'
import { Unsupported } from '../unsupported.ts'

export const exists = {
  name: 'exists',
  doc: 'Whether the event has the field: true or false.',
  examples: [
    { value: 'true', condition: 'f.x exists' },
    { value: 'false', condition: 'not f.x exists' },
  ],
  apply: (given) => ({
    ...given,
    values: given.values.map((match) => {
      const word = match.kind === 'boolean' ? String(match.value) : textAsWritten(match)?.toLowerCase()
      if (word !== 'true' && word !== 'false') throw new Unsupported('value', 'the modifier exists needs true or false')
      return { kind: 'exists', wanted: word === 'true' }
    }),
  }),
} satisfies Modifier
