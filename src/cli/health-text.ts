/** A health report for people and for programs. */
import { escapeText, safeJson } from '../lib/escape.ts'
import type { HealthCheck, HealthReport, HealthStatus } from '../lib/health.ts'
import { createStyle, type Style } from '../lib/style.ts'

/** Ends in a newline. */
export function renderHealth(report: HealthReport, { json, colour }: { readonly json: boolean; readonly colour: boolean }): string {
  if (json) return `${safeJson(report)}\n`
  const style = createStyle(colour)
  const groups = [...new Set(report.checks.map((check) => check.group))]
  const lines = groups.flatMap((group) => [
    style.bold(group),
    ...report.checks.filter((check) => check.group === group).flatMap(rows(style)),
  ])
  return `${[...lines, '', verdict(report, style)].join('\n')}\n`
}

function rows(style: Style): (check: HealthCheck) => string[] {
  const mark: Record<HealthStatus, string> = { ok: style.green('✓'), warning: style.yellow('!'), failed: style.red('✗') }
  return (check) => {
    const line = `  ${mark[check.status]} ${escapeText(check.name)}: ${escapeText(check.detail)}`
    return check.fix === undefined ? [line] : [line, `      ${style.dim('→')} ${escapeText(check.fix)}`]
  }
}

function verdict({ ready, checks }: HealthReport, style: Style): string {
  const missing = checks.filter((check) => check.status === 'warning').length
  if (!ready)
    return style.red(
      `Tarsier cannot run here: ${checks.filter((check) => check.status === 'failed').length} of ${checks.length} checks failed.`,
    )
  if (missing === 0) return style.green('Tarsier can run here.')
  return style.green(`Tarsier can run here; ${missing} optional ${missing === 1 ? 'feature is' : 'features are'} missing.`)
}
