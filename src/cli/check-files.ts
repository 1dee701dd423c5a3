/** `rules check`: loads rule files, runs their tests, says what is wrong. */
import { resolve } from 'node:path'
import { findTogether } from '../correlate/find-together.ts'
import { type RuleTestResult, runRuleTests } from '../detect/rule-tests.ts'
import { VOCABULARY } from '../events/fields.ts'
import { type Diagnostic, renderDiagnostic } from '../lang/diagnostic.ts'
import { loadChosenRules } from '../lang/rule-choice.ts'
import { escapeText, safeJson } from '../lib/escape.ts'
import { type ColourChoice, createStyle, type Style } from '../lib/style.ts'
import { colourOf } from './colour.ts'
import type { CommandContext } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'

export interface CheckSettings {
  readonly files: readonly string[]
  /** The folder of rules made in the console: if it is among the files it comes last, and may be empty or missing. */
  readonly managed: string
  /** Leave out warnings. */
  readonly quiet: boolean
  readonly json: boolean
  readonly color: ColourChoice | undefined
}

interface CheckReport {
  readonly ok: boolean
  readonly rules: number
  readonly diagnostics: readonly Diagnostic[]
  readonly tests: { readonly passed: number; readonly failed: readonly RuleTestResult[] }
}

/** Throws AppError FILE_*. */
export async function checkFiles({ files, managed, quiet, json, color }: CheckSettings, context: CommandContext): Promise<ExitCode> {
  const isManaged = (path: string): boolean => resolve(path) === resolve(managed)
  const paths = files.filter((path) => !isManaged(path))
  const own = paths.length < files.length ? { managed } : {}
  const choice = { paths, ...own, strict: false, matching: 'all', priority: undefined, enable: [], disable: [] } as const
  const ruleSet = loadChosenRules(choice, VOCABULARY)
  const results = runRuleTests(ruleSet, VOCABULARY, findTogether)
  const failed = results.filter(({ passed }) => !passed)
  const diagnostics = ruleSet.diagnostics.filter(({ severity }) => severity === 'error' || !quiet)
  const ok = failed.length === 0 && !diagnostics.some(({ severity }) => severity === 'error')
  const report: CheckReport = { ok, rules: ruleSet.rules.length, diagnostics, tests: { passed: results.length - failed.length, failed } }
  const colour = colourOf(color, context)
  context.stdout.write(json ? `${safeJson(report)}\n` : textOf(report, colour))
  return ok ? EXIT.ok : EXIT.inputErrors
}

function textOf({ ok, rules, diagnostics, tests }: CheckReport, colour: boolean): string {
  const style = createStyle(colour)
  const problems = diagnostics.map((problem) => `${renderDiagnostic(problem, { color: colour })}\n`)
  const failures = tests.failed.map((result) => failureText(result, style))
  const count = (severity: string): number => diagnostics.filter((problem) => problem.severity === severity).length
  const parts = [
    plural(rules, 'rule'),
    `${plural(tests.passed, 'test')} passed`,
    ...(tests.failed.length > 0 ? [`${tests.failed.length} failed`] : []),
    ...(count('error') > 0 ? [plural(count('error'), 'error')] : []),
    ...(count('warning') > 0 ? [plural(count('warning'), 'warning')] : []),
  ]
  const summary = `${ok ? style.green('✓') : style.red('✗')} ${parts.join(', ')}\n`
  return [...problems, ...failures, summary].join('')
}

function failureText({ rule, test, file, line, reasons }: RuleTestResult, style: Style): string {
  const head = `${style.red('failed')}: ${escapeText(`${rule}, test ${test}`)}\n  ${style.dim('-->')} ${escapeText(`${file}:${line}`)}\n`
  return head + reasons.map((reason) => `  ${escapeText(reason)}\n`).join('')
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
