import { type Modifier, type Placeholders, textAsWritten } from '../modifier.ts'
import { parsePattern } from '../pattern.ts'
import { Unsupported } from '../unsupported.ts'

/** Values that one text may become: placeholders multiply. */
const MAX_VALUES = 10_000

export const expand = {
  name: 'expand',
  doc: 'Every %name% in the value is replaced by each of its values, which the file given to --placeholders tells.',
  examples: [{ value: '\\%name%', condition: 'f.x iglob "%name%"' }],
  apply: (given, placeholders) => ({
    ...given,
    values: given.values.flatMap((match) => {
      const text = textAsWritten(match)
      if (text === undefined) throw new Unsupported('value', 'the modifier expand needs a text')
      return expandText(text, placeholders).map((written) => ({ kind: 'text' as const, pattern: parsePattern(written), written }))
    }),
  }),
} satisfies Modifier

function expandText(text: string, placeholders: Placeholders): readonly string[] {
  let results: readonly string[] = ['']
  let from = 0
  for (const { 0: found, 1: name, index } of text.matchAll(/\\%|%([^%\\]+)%/g)) {
    const before = text.slice(from, index)
    const values = name === undefined ? ['%'] : valuesOf(name, placeholders)
    results = results.flatMap((result) => values.map((value) => result + before + value))
    if (results.length > MAX_VALUES) throw new Unsupported('placeholder', `the placeholders make more than ${MAX_VALUES} values`)
    from = index + found.length
  }
  return results.map((result) => result + text.slice(from))
}

function valuesOf(name: string, placeholders: Placeholders): readonly string[] {
  const values = placeholders.get(name)
  if (values === undefined) throw new Unsupported('placeholder', `no values for the placeholder %${name}%`)
  return values
}
