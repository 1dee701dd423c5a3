import { type Modifier, textAsWritten } from '../modifier.ts'
import { Unsupported } from '../unsupported.ts'

export const re = {
  name: 're',
  doc: 'The value is a regular expression that some part of the field must match. Case counts, unless the modifier i follows.',
  examples: [{ value: '^a+\\.b$', condition: 'f.x regex "(?-m:(?s:.*)(?:^a+\\\\.b$)(?s:.*))"' }],
  apply: (given) => ({
    ...given,
    values: given.values.map((match) => {
      const source = textAsWritten(match)
      if (source === undefined) throw new Unsupported('value', 'the modifier re needs a text')
      return { kind: 'regex', source, flags: '' }
    }),
  }),
} satisfies Modifier
