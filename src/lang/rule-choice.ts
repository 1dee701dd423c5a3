/** The rules that a person asked for on the command line: which files, which of their rules, how strictly. */
import type { Vocabulary } from '../events/field.ts'
import { readTextFiles } from '../lib/text-files.ts'
import { loadRules, type RuleSelector, type RuleSet } from './load-rules.ts'
import type { Priority } from './priority.ts'

export interface RuleChoice {
  /** Files and folders, in the order of definition. */
  readonly paths: readonly string[]
  /** One bad rule stops everything. */
  readonly strict: boolean
  /** Whether one event may match several rules or only the first of them. */
  readonly matching: 'first' | 'all'
  /** The least urgent priority that is loaded. */
  readonly priority: Priority | undefined
  /** Patterns of rule names, or `tag:x`. `disable` is applied first. */
  readonly enable: readonly string[]
  readonly disable: readonly string[]
}

/** What a rule file may be at most when it is read; the language itself sets a lower limit, with an error that points at the file. */
const MAX_READ_BYTES = 64 * 1024 * 1024

/** Throws AppError FILE_*; what is wrong inside the files are diagnostics. */
export function loadChosenRules({ paths, strict, priority, enable, disable }: RuleChoice, vocabulary: Vocabulary): RuleSet {
  const files = readTextFiles(paths, { extensions: ['.yaml', '.yml'], maxBytes: MAX_READ_BYTES })
  const selectors = [...disable.map(selector('disable')), ...enable.map(selector('enable'))]
  return loadRules(files, { vocabulary, strict, selectors, ...(priority === undefined ? {} : { minimumPriority: priority }) })
}

const TAG = 'tag:'

function selector(action: 'enable' | 'disable') {
  return (pattern: string): RuleSelector =>
    pattern.startsWith(TAG) ? { action, tag: pattern.slice(TAG.length) } : { action, rule: pattern }
}
