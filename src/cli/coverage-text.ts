/** Coverage for people. */
import type { Comparison } from '../coverage/compare.ts'
import type { CoverageReport, Tally } from '../coverage/coverage.ts'
import { escapeText } from '../lib/escape.ts'
import { createStyle, type Style } from '../lib/style.ts'

const GAPS = 15

/** Ends in a newline. */
export function coverageText(report: CoverageReport, colour: boolean): string {
  const style = createStyle(colour)
  const { tactics, techniques, subtechniques, covered, gaps, rules, outside, atlas, owasp } = report
  const proven = covered.filter(({ id, state }) => state === 'proven' && !id.includes('.'))
  const by = (name: string): string => `${rules.filter(({ robustness }) => robustness === name).length} ${name}`
  return `${[
    `ATT&CK v${report.attackVersion}, Linux and containers; data: ${report.dataOf === 'host' ? 'what this host can watch' : 'what the sensor knows'}`,
    '',
    style.bold(
      `${'tactic'.padEnd(22)}${['of', 'claimed', 'data', 'tested', 'proven'].map((word) => word.padStart(9)).join('')}   sub-techniques`,
    ),
    ...tactics.map((one) => rowOf(one.tactic, one.techniques, one.subtechniques, style)),
    rowOf('all', techniques, subtechniques, style),
    '',
    listLine('ATLAS', atlas),
    listLine('OWASP', owasp),
    '',
    `depth of what is proven: median ${median(proven.map(({ depth }) => depth))} independent rules on different kinds of events`,
    `${rules.length} rules go by: ${['behaviour', 'mixed', 'name'].map(by).join(', ')}`,
    ...(outside.length === 0 ? [] : [style.yellow(`outside of the scope: ${outside.map(escapeText).join(', ')}`)]),
    '',
    style.bold('not proven, the most reported first'),
    ...gaps.slice(0, GAPS).map(({ id, name, state, reports }) => {
      const where = reports.map(({ source, year, rank }) => `${source} ${year}: ${rank}`).join('; ')
      return `  ${id.padEnd(7)}${state.padEnd(9)}${name}${where === '' ? '' : style.dim(` (${where})`)}`
    }),
    ...(gaps.length > GAPS ? [`  … and ${gaps.length - GAPS} more`] : []),
  ].join('\n')}\n`
}

function rowOf(name: string, { total, claimed, data, tested, proven }: Tally, subs: Tally, style: Style): string {
  const numbers = [total, claimed, data, tested].map((number) => String(number).padStart(9)).join('')
  const paint = proven === 0 ? style.red : style.green
  return `${name.padEnd(22)}${numbers}${paint(String(proven).padStart(9))}   ${style.dim(`${subs.claimed} claimed, ${subs.proven} proven of ${subs.total}`)}`
}

/** Of a list of threats to AI, what rules name and what was proven of it. */
function listLine(name: string, entries: CoverageReport['atlas']): string {
  const claimed = entries.filter(({ state }) => state !== 'none').length
  const proven = entries.filter(({ state }) => state === 'proven').length
  return `${name}: ${claimed} claimed, ${proven} proven of ${entries.length}`
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** Ends in a newline. */
export function comparisonText({ lost, gained }: Comparison, colour: boolean): string {
  const style = createStyle(colour)
  const line = ({ id, name, before, after }: Comparison['lost'][number]): string =>
    `${escapeText(id)} ${escapeText(name)}: ${before} → ${after}`
  return `${[
    ...gained.map((change) => style.green(`+ ${line(change)}`)),
    ...lost.map((change) => style.red(`- ${line(change)}`)),
    `${gained.length} gained, ${lost.length} lost`,
  ].join('\n')}\n`
}
