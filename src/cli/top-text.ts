/** The picture of `tarsier top`: what happened between two reports of one agent. */
import type { CostReport, KindCost, ProgramCost, RuleCost, UpstreamCost } from '../lib/cost-report.ts'
import { escapeText, safeJson } from '../lib/escape.ts'
import { formatBytes, formatCount, formatMs } from '../lib/quantity.ts'
import { createStyle, type Style } from '../lib/style.ts'

const MAX_KINDS = 15
const MAX_RULES = 20
const MAX_PROGRAMS = 15
const NAME_WIDTH = 44

/** One line of JSON with both reports. */
export function topJson(before: CostReport, after: CostReport): string {
  return `${safeJson({ seconds: secondsBetween(before, after), before, after })}\n`
}

/** Lines, each with its newline. */
export function topText(before: CostReport, after: CostReport, colour: boolean): string {
  const style = createStyle(colour)
  const seconds = secondsBetween(before, after)
  const tables = [
    kindTable(before, after, seconds),
    ruleTable(before, after, seconds),
    ...(after.programs.length > 0 ? [programTable(before, after, seconds)] : []),
  ]
  return `${[head(before, after, seconds), ...tables.map((table) => tableText(table, style))].join('\n')}\n`
}

const secondsBetween = (before: CostReport, after: CostReport): number => Math.max(after.time - before.time, 0.001)

function head(before: CostReport, after: CostReport, seconds: number): string {
  const { budget, ring } = after
  const used = percent((after.cpuSeconds - before.cpuSeconds) / seconds)
  const allowed = budget.maxShare === null ? '' : ` of ${percent(budget.maxShare)}`
  const parts = [
    `agent ${after.pid}`,
    `processor ${used}${allowed}`,
    `memory ${formatBytes(after.residentBytes)}`,
    `ring ${percent(ring.used / ring.bytes)}, at most ${percent(ring.peak / ring.bytes)}`,
    `findings ${formatCount(after.findings)}`,
    ...upstreamTexts(after.upstream),
  ]
  return `${parts.join('   ')}\n${budgetText(budget)}`
}

/** Nothing while all is as it should be. */
function upstreamTexts(upstream: UpstreamCost | undefined): string[] {
  if (upstream === undefined) return []
  const { findings, bytes, findingsLost, historyLost } = upstream
  return [
    ...(findings > 0 ? [`waiting for the server ${formatCount(findings)} (${formatBytes(bytes)})`] : []),
    ...(findingsLost > 0 ? [`findings lost to it ${formatCount(findingsLost)}`] : []),
    ...(historyLost > 0 ? [`events not in history ${formatCount(historyLost)}`] : []),
  ]
}

function budgetText({ step, foldWindowMs, sampled }: CostReport['budget']): string {
  if (step === 0) return ''
  const sampling = sampled.length === 0 ? '' : `; sampled: ${escapeText(sampled.join(', '))}`
  return `saving, step ${step}: equal events are folded within ${formatMs(foldWindowMs)}${sampling}\n`
}

interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly [name: string, ...cells: string[]])[]
}

/** Of equal names, what the second has more than the first. */
function grown<T extends object>(before: readonly T[], after: readonly T[], name: (one: T) => string): T[] {
  const known = new Map(before.map((one) => [name(one), one]))
  return after.map((one) => {
    const old = known.get(name(one)) as Record<string, unknown> | undefined
    const entries = Object.entries(one).map(([key, value]) => [key, typeof value === 'number' ? value - Number(old?.[key] ?? 0) : value])
    return Object.fromEntries(entries) as T
  })
}

function kindTable(before: CostReport, after: CostReport, seconds: number): Table {
  const rate = (count: number): string => formatRate(count / seconds)
  const kinds = grown(before.kinds, after.kinds, ({ kind }: KindCost) => kind)
    .filter(({ seen }) => seen > 0)
    .sort((a, b) => b.seconds - a.seconds || b.seen - a.seen)
  return {
    title: 'EVENTS PER SECOND',
    columns: ['seen', 'class', 'process', 'object', 'folded', 'sampled', 'lost', 'sent', 'cpu'],
    rows: kinds
      .slice(0, MAX_KINDS)
      .map(({ kind, seen, filteredClass, filteredProcess, filteredObject, folded, sampled, lost, sent, ...rest }) => [
        kind,
        ...[seen, filteredClass, filteredProcess, filteredObject, folded, sampled, lost, sent].map(rate),
        percent(rest.seconds / seconds),
      ]),
  }
}

function ruleTable(before: CostReport, after: CostReport, seconds: number): Table {
  const rules = grown(before.rules, after.rules, ({ rule }: RuleCost) => rule)
    .filter(({ evaluations, matches }) => evaluations > 0 || matches > 0)
    .sort((a, b) => b.seconds - a.seconds || b.matches - a.matches)
  return {
    title: 'RULES',
    columns: ['tries/s', 'matches', 'ns/try', 'cpu'],
    rows: rules
      .slice(0, MAX_RULES)
      .map(({ rule, shadow, evaluations, matches, seconds: spent }) => [
        shadow ? `(shadow) ${rule}` : rule,
        formatRate(evaluations / seconds),
        formatCount(matches),
        evaluations === 0 ? '-' : formatCount((spent / evaluations) * 1e9),
        percent(spent / seconds),
      ]),
  }
}

function programTable(before: CostReport, after: CostReport, seconds: number): Table {
  const programs = grown(before.programs, after.programs, ({ program }: ProgramCost) => program)
    .filter(({ runs }) => runs > 0)
    .sort((a, b) => b.seconds - a.seconds)
  return {
    title: 'KERNEL PROGRAMS',
    columns: ['runs/s', 'ns/run', 'cpu'],
    rows: programs
      .slice(0, MAX_PROGRAMS)
      .map(({ program, runs, seconds: spent }) => [
        program,
        formatRate(runs / seconds),
        formatCount((spent / runs) * 1e9),
        percent(spent / seconds),
      ]),
  }
}

/** Names come from rules and are somebody's text. */
function tableText({ title, columns, rows }: Table, style: Style): string {
  const width = Math.min(NAME_WIDTH, Math.max(title.length, ...rows.map(([name]) => escapeText(name).length)))
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => (row[index + 1] ?? '').length)))
  const line = ([name, ...cells]: readonly string[]): string =>
    [cut(name ?? '', width).padEnd(width), ...cells.map((cell, index) => cell.padStart(widths[index] ?? 0))].join('  ')
  const body = rows.length === 0 ? [style.dim('none in this interval')] : rows.map(line)
  return `${[style.bold(line([title, ...columns])), ...body].join('\n')}\n`
}

function cut(name: string, width: number): string {
  const plain = escapeText(name)
  return plain.length <= width ? plain : `${plain.slice(0, width - 1)}…`
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`
const formatRate = (rate: number): string => (rate === 0 ? '-' : rate < 10 ? rate.toFixed(1) : formatCount(rate))
