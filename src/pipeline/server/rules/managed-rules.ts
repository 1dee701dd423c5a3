/**
 * The rules that are loaded, and the folder in which people change them. Nothing is written there before the whole set was loaded with it
 * and had no error that it had not before.
 */
import { rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { VOCABULARY } from '../../../events/fields.ts'
import type { Diagnostic } from '../../../lang/diagnostic.ts'
import type { RuleSet } from '../../../lang/load-rules.ts'
import { chosenFiles, loadChosenFrom, type RuleChoice, readRuleTexts } from '../../../lang/rule-choice.ts'
import type { SourceFile } from '../../../lang/source.ts'
import { AppError } from '../../../lib/app-error.ts'
import { replaceFile } from '../../../lib/write-file.ts'
import { changesText, type RuleChanges, readChanges, UNCHANGED } from './rule-changes-file.ts'
import { ruleSlug } from './rule-slug.ts'

export interface ManagedRulesOptions {
  readonly choice: RuleChoice
  readonly folder: string
  readonly nowMs: () => number
}

/** Texts by path; undefined: the file goes. */
export type FileChanges = ReadonlyMap<string, string | undefined>

export interface ManagedRules {
  /** As they are now; files are looked at again after a second. */
  readonly ruleSet: () => RuleSet
  readonly textOf: (path: string) => string
  /** Of what was saved here. */
  readonly localFiles: () => readonly SourceFile[]
  /** Where a rule of that name is saved. */
  readonly localPath: (rule: string) => string
  readonly changesOf: (rule: string) => RuleChanges
  readonly fileOfChanges: (rule: string, changes: RuleChanges) => FileChanges
  /** The rules as they would be, and the errors and warnings that there are not yet, or that stand in those files. */
  readonly tryOut: (changes: FileChanges) => { readonly ruleSet: RuleSet; readonly problems: readonly Diagnostic[] }
  /** Throws AppError RULE_BREAKS, FILE_UNWRITABLE. */
  readonly write: (changes: FileChanges, rule: string) => void
}

const LOOK_AGAIN_MS = 1000
/** In the order in which they are read: what is changed about a rule stands behind the rule. */
const LOCAL = '10-rule-'
const CHANGES = '50-changes-'

interface Known extends SourceFile {
  readonly mark: string
}

export function createManagedRules({ choice, folder, nowMs }: ManagedRulesOptions): ManagedRules {
  const files = new Map<string, Known>()
  let looked = Number.NEGATIVE_INFINITY
  let loaded: RuleSet | undefined

  function look(): RuleSet {
    if (loaded !== undefined && nowMs() - looked < LOOK_AGAIN_MS) return loaded
    looked = nowMs()
    if (readAgain() || loaded === undefined) loaded = load([...files.values()])
    return loaded
  }

  /** Whether one of the files is another than before. */
  function readAgain(): boolean {
    const paths = chosenFiles(choice)
    let changed = paths.length !== files.size
    const before = new Map(files)
    files.clear()
    for (const path of paths) {
      const known = before.get(path)
      const mark = markOf(path)
      changed ||= known?.mark !== mark
      files.set(path, known?.mark === mark ? known : { ...readOne(path), mark })
    }
    return changed
  }

  const load = (texts: readonly SourceFile[]): RuleSet => loadChosenFrom(texts, { ...choice, strict: false }, VOCABULARY)
  const isManaged = ({ path }: SourceFile): boolean => dirname(path) === folder

  function tryOut(changes: FileChanges): { ruleSet: RuleSet; problems: Diagnostic[] } {
    const before = look()
    const all = [...files.values()].filter(({ path }) => !changes.has(path))
    const changed = [...changes].flatMap(([path, text]) => (text === undefined ? [] : [{ path, text }]))
    const managed = [...all.filter(isManaged), ...changed].sort((a, b) => (a.path < b.path ? -1 : 1))
    const ruleSet = load([...all.filter((file) => !isManaged(file)), ...managed])
    const known = new Set(before.diagnostics.map(keyOf))
    return { ruleSet, problems: ruleSet.diagnostics.filter((problem) => changes.has(problem.file) || !known.has(keyOf(problem))) }
  }

  function write(changes: FileChanges, rule: string): void {
    const broken = tryOut(changes).problems.find(({ severity }) => severity === 'error')
    if (broken !== undefined) throw new AppError('RULE_BREAKS', { rule, problem: broken.message })
    for (const [path, text] of changes) {
      if (text === undefined) rmSync(path, { force: true })
      else replaceFile(path, text, { mode: 0o600, folderMode: 0o700 })
    }
    looked = Number.NEGATIVE_INFINITY
    look()
  }

  const changesPath = (rule: string): string => join(folder, `${CHANGES}${ruleSlug(rule)}.yaml`)

  function changesOf(rule: string): RuleChanges {
    const file = files.get(changesPath(rule))
    if (file === undefined) return UNCHANGED
    try {
      return readChanges(file.text)
    } catch (cause) {
      throw new AppError('RULE_CHANGES_FILE', { path: file.path, reason: (cause as Error).message }, { cause })
    }
  }

  return Object.freeze({
    ruleSet: look,
    textOf: (path: string) => files.get(path)?.text ?? '',
    localFiles: () => [...files.values()].filter((file) => isManaged(file) && basename(file.path).startsWith(LOCAL)),
    localPath: (rule: string) => join(folder, `${LOCAL}${ruleSlug(rule)}.yaml`),
    changesOf,
    fileOfChanges: (rule: string, changes: RuleChanges) => new Map([[changesPath(rule), changesText(rule, changes) || undefined]]),
    tryOut,
    write,
  })
}

const keyOf = ({ file, line, code, message }: Diagnostic): string => `${file}\0${line}\0${code}\0${message}`

function markOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false })
  return status === undefined ? '' : `${status.ino} ${status.mtimeMs} ${status.size}`
}

function readOne(path: string): SourceFile {
  const [file] = readRuleTexts([path])
  return file ?? { path, text: '' }
}
