/** What an exception about a finding may be made of: its fields, those that tell the case best first and chosen. */
import type { StoredFinding } from '../../../store/state-store.ts'
import type { ExceptionPart } from '../../components/exception-dialog.tsx'

/** A path is worth more than a name, which anybody can give a program. */
const TELLING = ['proc.exepath', 'fd.name', 'fs.path.name', 'proc.pname', 'user.name']
/** They differ from one event to the next. */
const PASSING = /^(proc\.(p?v?pid|apid|tty|sid)|evt\.|fd\.[clrs]port|thread\.)/

export function exceptionParts({ outputFields, lineage }: Pick<StoredFinding, 'outputFields' | 'lineage'>): readonly ExceptionPart[] {
  const fields = new Map<string, string>()
  const own = lineage[0]?.exePath
  if (own !== undefined && own !== '') fields.set('proc.exepath', own)
  for (const [name, value] of Object.entries(outputFields)) {
    if (value !== null && value !== '' && !PASSING.test(name)) fields.set(name, String(value))
  }
  const rank = (name: string): number => (TELLING.indexOf(name) + TELLING.length + 1) % (TELLING.length + 1)
  return [...fields]
    .map(([field, value]) => ({ field, value, isUsed: field === 'proc.exepath' || field === 'fd.name' }))
    .sort((a, b) => rank(a.field) - rank(b.field))
}
