/** What the rules found in benign work. */
import type { Finding, Priority } from './finding.ts'
import { severityOf } from './priority.ts'

export interface RuleCount {
  readonly rule: string
  readonly priority: Priority
  readonly count: number
  /** Of one of them. */
  readonly example: string
}

export interface WorkloadNoise {
  readonly workload: string
  /** broken: its script failed, so that its silence says nothing. skipped: programs or packages are missing. */
  readonly result: 'ran' | 'broken' | 'skipped'
  readonly reason: string | undefined
  /** How long it was observed. */
  readonly seconds: number
  /** The gravest first. */
  readonly findings: readonly RuleCount[]
}

export interface NoiseReport {
  /** RFC 3339, UTC, to the second. */
  readonly date: string
  readonly kernel: string
  readonly distribution: string
  readonly version: string
  /** How many were loaded. */
  readonly rules: number
  readonly workloads: readonly WorkloadNoise[]
  readonly byRule: readonly RuleNoise[]
  /** Workloads that were not begun, since it was ended. */
  readonly left: number
  /** Events lost meanwhile: silence may be because of them. */
  readonly lost: number
}

export interface RuleNoise {
  readonly rule: string
  readonly priority: Priority
  readonly count: number
  readonly perHour: number
  readonly workloads: readonly string[]
  /** Why it is left so, as the rule says; null when it says nothing. */
  readonly explanation: string | null
}

/** Findings by rule and priority, the gravest first. */
export function countFindings(findings: readonly Finding[]): readonly RuleCount[] {
  const counts = new Map<string, RuleCount>()
  for (const { rule, priority, output } of findings) {
    const key = `${rule}\0${priority}`
    const before = counts.get(key)
    counts.set(key, before === undefined ? { rule, priority, count: 1, example: output } : { ...before, count: before.count + 1 })
  }
  return [...counts.values()].sort(gravestFirst)
}

/** Over all workloads; `explanations` by the name of the rule. */
export function sumByRule(workloads: readonly WorkloadNoise[], explanations: ReadonlyMap<string, string>): readonly RuleNoise[] {
  const hours = observedSeconds(workloads) / 3600
  const sums = new Map<string, RuleNoise>()
  for (const { workload, findings } of workloads)
    for (const { rule, priority, count } of findings) {
      const before = sums.get(`${rule}\0${priority}`)
      const total = (before?.count ?? 0) + count
      sums.set(`${rule}\0${priority}`, {
        ...{ rule, priority, count: total, perHour: round(total / hours) },
        workloads: [...(before?.workloads ?? []), workload],
        explanation: explanations.get(rule) ?? null,
      })
    }
  return [...sums.values()].sort(gravestFirst)
}

export function observedSeconds(workloads: readonly WorkloadNoise[]): number {
  return workloads.reduce((sum, { seconds }) => sum + seconds, 0)
}

/** Whether somebody would be woken by it: warning or above. */
export const isLoud = ({ priority }: Pick<RuleCount, 'priority'>): boolean => severityOf(priority) <= severityOf('warning')

function gravestFirst(a: Pick<RuleCount, 'rule' | 'priority' | 'count'>, b: Pick<RuleCount, 'rule' | 'priority' | 'count'>): number {
  return severityOf(a.priority) - severityOf(b.priority) || b.count - a.count || (a.rule < b.rule ? -1 : 1)
}

const round = (value: number): number => Math.round(value * 10) / 10
