import { type Modifier, textAsWritten } from '../modifier.ts'
import { Unsupported } from '../unsupported.ts'

export const fieldReference = {
  name: 'fieldref',
  doc: 'The value names another field, with which the field is compared.',
  examples: [{ value: 'f.y', condition: 'tolower(f.x) = tolower(f.y)' }],
  apply: (given) => ({
    ...given,
    values: given.values.map((match) => {
      const field = textAsWritten(match)
      if (field === undefined) throw new Unsupported('value', 'the modifier fieldref needs the name of a field')
      return { kind: 'field', field, operator: 'equals' }
    }),
  }),
} satisfies Modifier
