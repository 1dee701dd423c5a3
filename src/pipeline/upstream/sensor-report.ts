/** The state of the sensor as the server is told every few seconds. */
import { release } from 'node:os'
import type { SensorLoss, SensorReport } from '../../findings/sensor-record.ts'
import { costReport } from '../cost-report.ts'
import type { AgentView } from '../metrics/agent-view.ts'
import { type Conditions, degradedFeatures } from './degraded.ts'
import { preventionReport } from './prevention-report.ts'

export interface ReportOptions {
  readonly facts: Pick<SensorReport, 'hostname' | 'version' | 'bootId'>
  readonly view: () => AgentView
  readonly conditions: () => Omit<Conditions, 'diskFails' | 'historyLeft' | 'prevention'>
}

/** Rules with their costs, so many; the costliest. */
const MAX_RULES = 50

/** Makes a report each time it is called; `timeNs`: now, since 1970. */
export function createSensorReports({ facts, view, conditions }: ReportOptions): (timeNs: number) => SensorReport {
  let leftBefore = 0
  return (timeNs) => {
    const now = view()
    const left = historyLeft(now)
    const degraded = degradedFeatures({
      ...conditions(),
      diskFails: now.upstream?.diskFails ?? false,
      historyLeft: left - leftBefore,
      prevention: now.prevention,
    })
    leftBefore = left
    return { ...facts, ...reportOf(now, timeNs), degraded }
  }
}

const historyLeft = ({ upstream }: AgentView): number => (upstream?.history.lost ?? 0) + (upstream?.events?.left ?? 0)

function reportOf(view: AgentView, timeNs: number): Omit<SensorReport, keyof ReportOptions['facts'] | 'degraded'> {
  const cost = costReport(view, timeNs / 1e9)
  const sum = (pick: (kind: (typeof cost.kinds)[number]) => number): number => cost.kinds.reduce((total, kind) => total + pick(kind), 0)
  const { upstream } = view
  return {
    ...{ kernel: release(), pid: process.pid, timeNs, startedNs: view.process.startSeconds * 1e9 },
    rules: view.rules.length,
    hooks: view.hooks.attached,
    calls: view.calls,
    processes: view.enriched.processes,
    totals: {
      seen: sum(({ seen }) => seen),
      kept: view.read.records,
      filtered: sum(({ filteredClass, filteredProcess, filteredObject }) => filteredClass + filteredProcess + filteredObject),
      folded: sum(({ folded }) => folded),
      sampled: sum(({ sampled }) => sampled),
      lost: sum(({ lost }) => lost) + skippedOf(view),
      findings: view.folds.taken,
    },
    losses: lossesOf(view),
    spool: {
      findings: upstream?.findings.waiting ?? 0,
      bytes: (upstream?.findings.bytes ?? 0) + (upstream?.history.bytes ?? 0),
      dropped: (upstream?.findings.lost ?? 0) + (upstream?.history.lost ?? 0),
    },
    cost: { ...cost, rules: cost.rules.slice(0, MAX_RULES) },
    ...(view.prevention && { prevention: preventionReport(view.prevention) }),
  }
}

const skippedOf = ({ skippedRuns }: AgentView): number => [...skippedRuns.values()].reduce((sum, count) => sum + count, 0)

/** By cause, as in the metrics; what never happened is left out. */
function lossesOf(view: AgentView): SensorLoss[] {
  const { counters, read, faults, correlation, outputs, upstream } = view
  const { lost, corrupt, unread } = counters
  const evicted = [...correlation.evicted].reduce((sum, [, count]) => sum + count, 0)
  const losses: readonly (readonly [cause: string, count: number])[] = [
    ['ring', lost.full + lost.reserved],
    ['nesting', lost.nested],
    ['skipped', skippedOf(view)],
    ['unreadable', corrupt + unread + read.broken + read.unknown],
    ['fault', faults],
    ['forgotten keys', evicted],
    ...outputs.map(({ output, dropped }) => [`output ${output}`, dropped] as const),
    ['spool', upstream?.findings.lost ?? 0],
    ['history', historyLeft(view)],
  ]
  return losses.filter(([, count]) => count > 0).map(([cause, count]) => ({ cause, count }))
}
