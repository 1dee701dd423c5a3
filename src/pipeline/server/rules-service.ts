/** The rules as people see and change them. Changes are files of the managed folder: see rules/managed-rules.ts. */
import { statSync } from 'node:fs'
import type { LiveHub, RuleDetail, RuleService, RuleSummary } from '../../api/services.ts'
import { type LedgerEntry, readLedger } from '../../findings/proof-ledger.ts'
import type { LinkedRule, RuleSet } from '../../lang/load-rules.ts'
import type { RuleChoice } from '../../lang/rule-choice.ts'
import { readRuleFile } from '../../lang/rule-file.ts'
import { AppError } from '../../lib/app-error.ts'
import type { Log } from '../../lib/log.ts'
import type { Store } from '../../store/store.ts'
import { createHistoryConditions } from './history-conditions.ts'
import { createBacktests } from './rules/backtests.ts'
import { createDrafts } from './rules/drafts.ts'
import { markExcepted } from './rules/excepted-findings.ts'
import { checkedException, exceptionCondition } from './rules/exception-text.ts'
import { itemRange } from './rules/item-text.ts'
import { languageEntries } from './rules/language.ts'
import { createManagedRules, type FileChanges } from './rules/managed-rules.ts'
import type { AddedException, RuleChanges } from './rules/rule-changes-file.ts'
import { type RuleSurroundings, ruleDetail, ruleSummary } from './rules/rule-detail.ts'
import { createTrying } from './rules/trying.ts'

export interface RuleServiceOptions {
  /** Those that the agent runs. */
  readonly choice: RuleChoice
  /** The folder in which they are changed; the agent reads it behind the others. */
  readonly managedFolder: string
  /** The rules that come with Tarsier: a file or folder. */
  readonly shippedRules: string
  readonly store: Store
  /** Path of the ledger of proofs. */
  readonly ledger: string
  readonly hub: Pick<LiveHub, 'publish'>
  readonly nowMs: () => number
  readonly log: Log
}

export interface OpenRuleService extends RuleService {
  readonly ruleSet: () => RuleSet
  /** Trials that are under way end. */
  readonly close: () => Promise<void>
}

export function createRuleService(options: RuleServiceOptions): OpenRuleService {
  const { choice, managedFolder, shippedRules, store, hub, nowMs, log } = options
  const whole = { ...choice, managed: managedFolder }
  const managed = createManagedRules({ choice: whole, folder: managedFolder, nowMs })
  const drafts = createDrafts(managed)
  const trying = createTrying({ choice: whole, folder: managedFolder })
  const { ruleSet } = managed
  const conditions = createHistoryConditions(ruleSet)
  const trials = createBacktests({ history: store.history, nowMs })
  const ledger = createLedger(options.ledger)
  const summaries = createSummaries()

  const around = (): RuleSurroundings => ({ ledger: ledger(), managedFolder, shippedRules, changesOf: managed.changesOf })
  const find = (name: string): LinkedRule | undefined => ruleSet().rules.find((rule) => rule.name === name)

  /** Throws AppError API_NOT_THERE. */
  function known(name: string): LinkedRule {
    const rule = find(name)
    if (rule === undefined) throw new AppError('API_NOT_THERE', { what: 'rule', id: name })
    return rule
  }

  function detail(name: string): RuleDetail {
    const rule = known(name)
    return ruleDetail(rule, managed.textOf(rule.position.file), around())
  }

  function write(files: FileChanges, names: readonly string[]): void {
    managed.write(files, names[0] ?? '')
    log.info('rules were changed', { rules: names.join(', ') })
    hub.publish({ kind: 'rules', changed: names })
  }

  function change(name: string, changes: (before: RuleChanges) => RuleChanges): RuleDetail {
    known(name)
    write(managed.fileOfChanges(name, changes(managed.changesOf(name))), [name])
    return detail(name)
  }

  /** The findings that are there follow behind: somebody who adds an exception does not wait for it. */
  function changeExceptions(name: string, changes: (before: readonly AddedException[]) => readonly AddedException[]): RuleDetail {
    const changed = change(name, ({ state, exceptions }) => ({ state, exceptions: changes(exceptions) }))
    const compiled = managed.changesOf(name).exceptions.map((one) => conditions.compile(exceptionCondition(one)))
    void markExcepted({ store, rule: name, conditions: compiled }).then(
      (count) => count > 0 && hub.publish({ kind: 'rules', changed: [name] }),
      (error: Error) => log.error('findings could not be marked', { rule: name, reason: error.message }),
    )
    return changed
  }

  return Object.freeze({
    ruleSet,
    list: () => summaries(ruleSet(), around(), ledger()),
    get: (name: string) => (find(name) === undefined ? undefined : detail(name)),
    validate: async (yaml: string) => (await trying.ask({ yaml, runTests: false })).diagnostics,
    test: (yaml: string) => trying.ask({ yaml, runTests: true }),
    language: () => languageEntries(ruleSet()),
    setState: (name: string, state: RuleChanges['state']) =>
      change(name, (before) => ({ ...before, state: { ...before.state, ...state } })),
    reset: (name: string) => change(name, (before) => ({ ...before, state: {} })),
    save: (yaml: string) => {
      const { files, rules } = drafts.filesFor(yaml)
      write(files, rules)
      return rules.map(detail)
    },
    remove: (name: string) => {
      const { file } = known(name).position
      const text = managed.textOf(file)
      const range = itemRange(text, name)
      if (!managed.localFiles().some(({ path }) => path === file) || range === undefined)
        throw new AppError('RULE_NOT_LOCAL', { rule: name })
      const rest = text.slice(0, range.start) + text.slice(range.end)
      const isEmpty = readRuleFile({ path: file, text: rest }, () => undefined).length === 0
      write(new Map([[file, isEmpty ? undefined : rest], ...managed.fileOfChanges(name, { state: {}, exceptions: [] })]), [name])
    },
    addException: (name: string, exception: AddedException) => {
      if (known(name).exceptions.some((one) => one.name === exception.name)) {
        throw new AppError('RULE_EXCEPTION_EXISTS', { rule: name, exception: exception.name })
      }
      const checked = checkedException(exception)
      return changeExceptions(name, (before) => [...before, checked])
    },
    removeException: (name: string, exception: string) =>
      changeExceptions(name, (before) => before.filter((one) => one.name !== exception)),
    tryOnHistory: (rule, range) => {
      if ('name' in rule) return trials.begin([known(rule.name)], range)
      const { rules } = drafts.loaded(rule.yaml)
      if (rules.length === 0) throw new AppError('RULE_NOTHING', {})
      return trials.begin(rules, range)
    },
    backtest: trials.get,
    cancelBacktest: trials.cancel,
    close: async () => {
      await Promise.all([trials.close(), trying.close()])
    },
  } satisfies OpenRuleService)
}

/** The entries of a ledger, read again when it has changed. */
function createLedger(path: string): () => readonly LedgerEntry[] {
  let mark: number | undefined
  let entries: readonly LedgerEntry[] = []
  return () => {
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changed !== mark) entries = readLedger(path)
    mark = changed
    return entries
  }
}

/** Made once for a set of rules. */
function createSummaries(): (rules: RuleSet, around: RuleSurroundings, ledger: readonly LedgerEntry[]) => readonly RuleSummary[] {
  let made: { readonly rules: RuleSet; readonly ledger: readonly LedgerEntry[]; readonly summaries: readonly RuleSummary[] } | undefined
  return (rules, around, ledger) => {
    if (made?.rules !== rules || made.ledger !== ledger) {
      made = { rules, ledger, summaries: rules.rules.map((rule) => ruleSummary(rule, around)) }
    }
    return made.summaries
  }
}
