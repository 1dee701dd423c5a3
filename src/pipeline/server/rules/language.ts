/** Everything that may stand in a condition, for completion. */
import type { LanguageEntry } from '../../../api/services.ts'
import { VOCABULARY } from '../../../events/fields.ts'
import { TYPES } from '../../../events/types.ts'
import type { RuleSet } from '../../../lang/load-rules.ts'
import { OPERATORS } from '../../../lang/operators.ts'
import { TRANSFORMERS } from '../../../lang/transformers.ts'

const KEYWORDS: readonly (readonly [name: string, doc: string])[] = [
  ['and', 'Both sides hold.'],
  ['or', 'One of both sides holds.'],
  ['not', 'What follows does not hold.'],
]
const LONGEST_DOC = 200

export function languageEntries({ macros, lists }: Pick<RuleSet, 'macros' | 'lists'>): readonly LanguageEntry[] {
  return [
    ...FIXED,
    ...[...macros].map(([name, condition]) => entry(name, 'macro', condition)),
    ...[...lists].map(([name, values]) => entry(name, 'list', values.join(', '))),
  ]
}

const FIXED: readonly LanguageEntry[] = [
  ...VOCABULARY.names.flatMap((name) => {
    const field = VOCABULARY.field(name)
    return field === undefined
      ? []
      : [{ ...entry(name, 'field', field.doc), type: field.type, takesArgument: field.argument !== undefined }]
  }),
  ...[...OPERATORS].map(([name, { doc, types, right }]) => ({
    ...entry(name, 'operator', doc),
    type: types.join(' '),
    takesArgument: right !== 'none',
  })),
  ...[...TRANSFORMERS].map(([name, { doc }]) => ({ ...entry(name, 'transformer', doc), takesArgument: true })),
  ...KEYWORDS.map(([name, doc]) => entry(name, 'keyword', doc)),
  ...TYPES.map((name) => entry(name, 'event-type', '')),
]

function entry(name: string, kind: LanguageEntry['kind'], doc: string): LanguageEntry {
  const short = doc.length > LONGEST_DOC ? `${doc.slice(0, LONGEST_DOC)}…` : doc
  return { name, kind, type: undefined, doc: short, takesArgument: false }
}
