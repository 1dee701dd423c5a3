/** Rule files to a set of rules: the entry of the rule language. */
import type { Vocabulary } from '../events/field.ts'
import { collect } from './collect.ts'
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { compileGlob } from './glob.ts'
import type { FileItem } from './items.ts'
import { MAX_DIAGNOSTICS } from './limits.ts'
import { type LinkedRule, link } from './link.ts'
import { atLeast, type Priority } from './priority.ts'
import type { Report } from './read-value.ts'
import { readRuleFile } from './rule-file.ts'
import type { SourceFile } from './source.ts'

export type { LinkedRule } from './link.ts'

/** Switches rules on or off: by name (a glob) or by tag (exact). Applied in order; the last that fits counts. */
export type RuleSelector =
  | { readonly action: 'enable' | 'disable'; readonly rule: string }
  | { readonly action: 'enable' | 'disable'; readonly tag: string }

export interface LoadOptions {
  readonly vocabulary: Vocabulary
  /** One error, and no rule is loaded. */
  readonly strict?: boolean
  /** Rules less urgent than this are off. */
  readonly minimumPriority?: Priority
  readonly selectors?: readonly RuleSelector[]
  /** Adds a rule in shadow for each exception, which matches what the exception takes out. */
  readonly countExceptions?: boolean
  /** What day it is: `2026-12-31`, UTC. Default: today. */
  readonly today?: string
  /** Names that `source` may have; default: those that are known to have rules (KNOWN_SOURCES). */
  readonly sources?: readonly string[]
}

export interface RuleSet {
  /** Rules without a mistake, in order of first definition; those that are off too. */
  readonly rules: readonly LinkedRule[]
  readonly diagnostics: readonly Diagnostic[]
  /** Lists by name, with the lists that they name spliced in. */
  readonly lists: ReadonlyMap<string, readonly string[]>
  /** Macros by name: their conditions as written. */
  readonly macros: ReadonlyMap<string, string>
}

/** Sources that rules are written for. Where nothing reads one yet, its rules are left out with a warning. */
const KNOWN_SOURCES: readonly string[] = [
  'syscall',
  'internal',
  'k8s_audit',
  'aws_cloudtrail',
  'github',
  'gitlab',
  'okta',
  'gcp_auditlog',
  'gcpaudit',
  'keycloak',
  'salesforce',
  'box',
  'json',
]

/** Reads the files in their order. Never throws for what stands in them: every problem is a diagnostic. */
export function loadRules(files: readonly SourceFile[], options: LoadOptions): RuleSet {
  const problems = createReport()
  const { vocabulary, sources = KNOWN_SOURCES } = options
  const items: FileItem[] = files.flatMap((file) => itemsOf(file, problems.report))
  const collected = collect(items, { vocabulary, sources, report: problems.report })
  const { today = new Date().toISOString().slice(0, 10), countExceptions = false } = options
  const { rules, lists } = link(collected, { vocabulary, report: problems.report, today, countExceptions })
  const failed = problems.found.some(({ severity }) => severity === 'error')
  return {
    rules: options.strict === true && failed ? [] : rules.map((rule) => switched(rule, options)),
    diagnostics: problems.finish(files[0]),
    lists,
    macros: new Map([...collected.macros].map(([name, { condition }]) => [name, condition.text.trim()])),
  }
}

interface ReadFile {
  readonly items: readonly FileItem[]
  readonly problems: readonly Diagnostic[]
}

const known = new WeakMap<SourceFile, ReadFile>()

/** Who loads the same files again with another one among them (the server, at each key pressed in its editor) reads only that one. */
function itemsOf(file: SourceFile, report: Report): readonly FileItem[] {
  let read = known.get(file)
  if (read === undefined) {
    const problems: Diagnostic[] = []
    read = { items: readRuleFile(file, (problem) => problems.push(problem)), problems }
    known.set(file, read)
  }
  read.problems.forEach(report)
  return read.items
}

function switched(rule: LinkedRule, { minimumPriority, selectors = [] }: LoadOptions): LinkedRule {
  const last = selectors.findLast((selector) =>
    'tag' in selector ? rule.tags.includes(selector.tag) : compileGlob(selector.rule)(rule.name),
  )
  const wanted = last === undefined ? rule.enabled : last.action === 'enable'
  const enabled = wanted && (minimumPriority === undefined || atLeast(rule.priority, minimumPriority))
  return enabled === rule.enabled ? rule : Object.freeze({ ...rule, enabled })
}

interface Problems {
  readonly report: (problem: Diagnostic) => void
  readonly found: readonly Diagnostic[]
  readonly finish: (file: SourceFile | undefined) => readonly Diagnostic[]
}

/** Keeps as many errors and as many warnings as anyone reads, and counts the others. */
function createReport(): Problems {
  const found: Diagnostic[] = []
  const kept = { error: 0, warning: 0 }
  let more = 0
  return {
    report: (problem) => {
      if (kept[problem.severity]++ < MAX_DIAGNOSTICS) found.push(problem)
      else more++
    },
    found,
    finish: (file) => (more === 0 ? found : [...found, diagnostic('LOAD_TOO_MANY', { count: more }, file ?? { path: '', text: '' })]),
  }
}
