/** A loaded rule as people see it. */
import { dirname } from 'node:path'
import type { RuleDetail, RuleException, RuleOrigin, RuleSummary } from '../../../api/services.ts'
import { coverageOfRule } from '../../../coverage/rule-coverage.ts'
import type { LedgerEntry } from '../../../findings/proof-ledger.ts'
import { scannerOf, takeQuoted } from '../../../lang/lex.ts'
import type { LinkedRule } from '../../../lang/load-rules.ts'
import { LanguageError } from '../../../lang/messages.ts'
import { sourceFromText } from '../../../lang/source.ts'
import { itemText } from './item-text.ts'
import type { RuleChanges } from './rule-changes-file.ts'

export interface RuleSurroundings {
  readonly ledger: readonly LedgerEntry[]
  /** The folder of what was saved here, and the file or folder of the rules that come with Tarsier. */
  readonly managedFolder: string
  readonly shippedRules: string
  readonly changesOf: (rule: string) => RuleChanges
}

export function ruleSummary(rule: LinkedRule, { ledger, managedFolder, shippedRules, changesOf }: RuleSurroundings): RuleSummary {
  const { name, desc, priority, enabled, shadow, tags, techniques, confidence, correlation, exceptions, tests, position } = rule
  const { state } = changesOf(name)
  return {
    ...{ name, desc: desc.trim(), priority, enabled, shadow, tags, techniques, confidence },
    origin: originOf(position.file, managedFolder, shippedRules),
    form: correlation?.kind ?? 'condition',
    exceptions: exceptions.length,
    tests: tests.length,
    proven: coverageOfRule(rule, ledger, () => true).state === 'proven',
    overridden: Object.values(state).some((value) => value !== undefined),
  }
}

function originOf(file: string, managedFolder: string, shippedRules: string): RuleOrigin {
  if (dirname(file) === managedFolder) return 'local'
  return file === shippedRules || file.startsWith(`${shippedRules}/`) ? 'shipped' : 'file'
}

/** `text`: of the file that it stands in. */
export function ruleDetail(rule: LinkedRule, text: string, around: RuleSurroundings): RuleDetail {
  const added = new Set(around.changesOf(rule.name).exceptions.map(({ name }) => name))
  const { why, condition, output, position, noise } = rule
  return {
    ...ruleSummary(rule, around),
    ...{ why: why?.trim(), condition, output: output.trim(), noise: noise?.trim(), file: position.file, line: position.line },
    yaml: itemText(text, rule.name),
    exceptionList: rule.exceptions.map((exception) => exceptionOf(exception, added)),
  }
}

function exceptionOf(
  { owner = '', reason = '', expired: _, ...rest }: LinkedRule['exceptions'][number],
  added: ReadonlySet<string>,
): RuleException {
  const values = rest.values.map((row) => row.map((value) => (typeof value === 'string' ? unquoted(value) : value.map(unquoted))))
  return { ...rest, values, owner, reason, managed: added.has(rest.name) }
}

/** What a value stands for: it may be written in quotes. */
function unquoted(written: string): string {
  const scanner = scannerOf(sourceFromText('', written), 'falco')
  try {
    const text = takeQuoted(scanner)
    return text !== undefined && scanner.at === written.length ? text : written
  } catch (error) {
    if (error instanceof LanguageError) return written
    throw error
  }
}
