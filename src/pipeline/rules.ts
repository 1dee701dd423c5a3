/** Rules for a run: loaded, their problems shown, compiled. */
import { statSync } from 'node:fs'
import { createEngine, type Engine } from '../detect/engine.ts'
import { VOCABULARY } from '../events/fields.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { renderDiagnostic } from '../lang/diagnostic.ts'
import { loadChosenRules, type RuleChoice } from '../lang/rule-choice.ts'
import { AppError } from '../lib/app-error.ts'
import { nearest } from '../lib/nearest.ts'

export interface RuleReport {
  /** Takes whole lines for standard error. */
  readonly stderr: (lines: string) => void
  readonly colour: boolean
}

/** Bad rules are shown and left out. Throws AppError FILE_*, RULES_INVALID (with `strict`) and RULES_NONE. */
export function loadEngine(choice: RuleChoice, report: RuleReport): Engine {
  return loadCounted(choice, report).engine
}

function loadCounted(choice: RuleChoice, { stderr, colour }: RuleReport): { readonly engine: Engine; readonly errors: number } {
  const ruleSet = loadChosenRules(choice, VOCABULARY)
  const errors = ruleSet.diagnostics.filter(({ severity }) => severity === 'error')
  const expired = ruleSet.diagnostics.filter(({ code }) => code === 'LOAD_EXCEPTION_EXPIRED')
  for (const problem of [...errors, ...expired]) stderr(`${renderDiagnostic(problem, { color: colour })}\n`)
  if (choice.strict && errors.length > 0) throw new AppError('RULES_INVALID', { errors: errors.length })
  const engine = createEngine(ruleSet, VOCABULARY, { matching: choice.matching })
  if (engine.rules.length === 0) throw new AppError('RULES_NONE', { paths: choice.paths.join(', ') })
  // What stands in the managed folder was looked at before it was put there, but what it changes may be gone: it is left out alone.
  const own = errors.filter(({ file }) => !isManaged(file, choice))
  return { engine, errors: own.length }
}

const isManaged = (file: string, { managed }: RuleChoice): boolean => managed !== undefined && file.startsWith(`${managed}/`)

/** As loadEngine, but for rules that shall take the place of others: with any error none is loaded. Throws AppError RULES_KEPT, too. */
export function loadEngineAnew(choice: RuleChoice, report: RuleReport): Engine {
  const stream = choice.paths.find((path) => path === '-' || isStream(path))
  if (stream !== undefined) throw new AppError('RULES_STREAM', { path: stream })
  const { engine, errors } = loadCounted({ ...choice, strict: false }, report)
  if (errors > 0) throw new AppError('RULES_KEPT', { errors })
  return engine
}

/** What cannot be looked at is no stream: reading it says why. */
function isStream(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false })
  return status !== undefined && !status.isFile() && !status.isDirectory()
}

/** The rule of that name. Throws AppError RULES_UNKNOWN. */
export function ruleNamed(name: string, { rules }: Engine): CompiledRule {
  const found = rules.find(({ rule }) => rule.name === name) ?? rules.find(({ rule }) => rule.name.toLowerCase() === name.toLowerCase())
  if (found) return found
  const near = nearest(
    name,
    rules.map(({ rule }) => rule.name),
  )
  throw new AppError('RULES_UNKNOWN', { rule: name, hint: near === undefined ? '' : `, did you mean ${near}?` })
}
