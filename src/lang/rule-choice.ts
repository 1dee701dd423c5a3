/** The rules that a person asked for on the command line: which files, which of their rules, how strictly. */
import type { Vocabulary } from '../events/field.ts'
import { listFolder, listTextFiles, readTextFiles } from '../lib/text-files.ts'
import { loadRules, type RuleSelector, type RuleSet } from './load-rules.ts'
import type { Priority } from './priority.ts'
import type { SourceFile } from './source.ts'

export interface RuleChoice {
  /** Files and folders, in the order of definition. */
  readonly paths: readonly string[]
  /** A folder whose files come behind them: rules that were made or changed elsewhere. It may be empty, or not be there yet. */
  readonly managed?: string
  /** One bad rule stops everything. */
  readonly strict: boolean
  /** Whether one event may match several rules or only the first of them. */
  readonly matching: 'first' | 'all'
  /** The least urgent priority that is loaded. */
  readonly priority: Priority | undefined
  /** Patterns of rule names, or `tag:x`. `disable` is applied first. */
  readonly enable: readonly string[]
  readonly disable: readonly string[]
  /** Adds a rule in shadow for each exception. */
  readonly countExceptions?: boolean
}

/** What a rule file may be at most when it is read; the language itself sets a lower limit, with an error that points at the file. */
const MAX_READ_BYTES = 64 * 1024 * 1024

const EXTENSIONS = ['.yaml', '.yml']

/** The files that would be read. Throws AppError FILE_*. */
export function chosenFiles(choice: RuleChoice): readonly string[] {
  return listTextFiles(allPaths(choice), { extensions: EXTENSIONS })
}

/** Those of the managed folder alone. Throws AppError FILE_UNREADABLE. */
export function managedFiles({ managed }: Pick<RuleChoice, 'managed'>): readonly string[] {
  return managed === undefined ? [] : listFolder(managed, { extensions: EXTENSIONS })
}

const allPaths = (choice: RuleChoice): readonly string[] => [...choice.paths, ...managedFiles(choice)]

/** Throws AppError FILE_*; what is wrong inside the files are diagnostics. */
export function loadChosenRules(choice: RuleChoice, vocabulary: Vocabulary): RuleSet {
  return loadChosenFrom(readRuleTexts(allPaths(choice)), choice, vocabulary)
}

/** Throws AppError FILE_*. */
export function readRuleTexts(paths: readonly string[]): readonly SourceFile[] {
  return readTextFiles(paths, { extensions: EXTENSIONS, maxBytes: MAX_READ_BYTES })
}

/** The rules of files that were read before, in their order, as the choice has them. */
export function loadChosenFrom(files: readonly SourceFile[], choice: RuleChoice, vocabulary: Vocabulary): RuleSet {
  const { strict, priority, enable, disable, countExceptions = false } = choice
  const selectors = [...disable.map(selector('disable')), ...enable.map(selector('enable'))]
  return loadRules(files, {
    vocabulary,
    strict,
    selectors,
    countExceptions,
    ...(priority === undefined ? {} : { minimumPriority: priority }),
  })
}

const TAG = 'tag:'

function selector(action: 'enable' | 'disable') {
  return (pattern: string): RuleSelector =>
    pattern.startsWith(TAG) ? { action, tag: pattern.slice(TAG.length) } : { action, rule: pattern }
}
