/** A noise report for people. */
import { isLoud, type NoiseReport, observedSeconds, type RuleNoise, type WorkloadNoise } from '../findings/noise-report.ts'
import { PRIORITY_LABEL } from '../findings/priority.ts'
import { escapeText, safeJson } from '../lib/escape.ts'
import { createStyle, type Style } from '../lib/style.ts'

/** Ends in a newline. What is wrong comes last, where it is read. */
export function noiseText(report: NoiseReport, colour: boolean): string {
  const style = createStyle(colour)
  const { workloads, byRule } = report
  return `${[
    style.bold(row(['workload', 'seconds', 'loud', 'quiet'])),
    ...workloads.flatMap((one) => workloadLines(one, style)),
    '',
    ...byRule.toReversed().flatMap((one) => ruleLines(one, style)),
    ...(byRule.length === 0 ? [] : ['']),
    summary(report),
  ].join('\n')}\n`
}

/** Loud is warning and above. */
function workloadLines({ workload, result, reason, seconds, findings }: WorkloadNoise, style: Style): string[] {
  const count = (loud: boolean): number => findings.filter((one) => isLoud(one) === loud).reduce((sum, one) => sum + one.count, 0)
  if (result === 'skipped') return [style.yellow(`${workload.padEnd(28)} skipped: ${escapeText(reason ?? '')}`)]
  const line = row([workload, seconds.toFixed(1), String(count(true)), String(count(false))])
  const lines = [count(true) > 0 ? style.red(line) : line]
  return result === 'broken' ? [...lines, style.red(`  broken: ${escapeText(reason ?? '')}`)] : lines
}

function ruleLines(one: RuleNoise, style: Style): string[] {
  const { rule, priority, count, perHour, workloads, explanation } = one
  const label = (isLoud(one) ? style.red : style.dim)(PRIORITY_LABEL[priority].padEnd(13))
  return [
    `${label} ${style.bold(escapeText(rule))}: ${count}, ${perHour} per host-hour (${workloads.join(', ')})`,
    `              ${escapeText(explanation ?? 'not explained')}`,
  ]
}

function summary({ workloads, byRule, rules, left, lost }: NoiseReport): string {
  const sum = (ones: readonly RuleNoise[]): number => ones.reduce((total, { count }) => total + count, 0)
  const hours = observedSeconds(workloads) / 3600
  const loud = sum(byRule.filter(isLoud))
  const all = sum(byRule)
  const perHour = (count: number): string => (hours === 0 ? '0' : (count / hours).toFixed(1))
  const amountOf = (result: WorkloadNoise['result']): number => workloads.filter((one) => one.result === result).length
  return [
    `${amountOf('ran')} workloads ran, ${amountOf('broken')} broken, ${amountOf('skipped')} skipped, ${(hours * 60).toFixed(1)} host-minutes, ${rules} rules`,
    `warning and above: ${loud} findings, ${perHour(loud)} per host-hour; below: ${all - loud}, ${perHour(all - loud)} per host-hour`,
    ...(left === 0 ? [] : [`ended before ${left} more workloads`]),
    ...(lost === 0 ? [] : [`${lost} events were lost meanwhile`]),
  ].join('\n')
}

export function workloadsText(workloads: readonly { readonly name: string; readonly doc: string }[], json: boolean): string {
  if (json) return `${safeJson(workloads.map(({ name, doc }) => ({ name, doc })))}\n`
  return workloads.map(({ name, doc }) => `${name.padEnd(28)} ${escapeText(doc.trim())}\n`).join('')
}

const row = ([name = '', ...rest]: readonly string[]): string => name.padEnd(28) + rest.map((text) => text.padStart(8)).join('')
