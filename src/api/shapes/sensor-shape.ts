/** Sensors as JSON. */
import Type from 'typebox'
import type {
  DegradedFeature,
  PreventionRule,
  SensorLoss,
  SensorPoint,
  SensorPrevention,
  SensorReport,
} from '../../findings/sensor-record.ts'
import type { CostReport, KindCost, ProgramCost, RuleCost } from '../../lib/cost-report.ts'
import { count, nounShape, record, timeNs, words } from './shape.ts'

const kindCostShape = nounShape<KindCost>()('KindCost', 'What a kind of event cost.', {
  kind: Type.String(),
  seen: Type.Number(),
  sent: Type.Number(),
  filteredClass: Type.Number(),
  filteredProcess: Type.Number(),
  filteredObject: Type.Number(),
  folded: Type.Number(),
  sampled: Type.Number(),
  lost: Type.Number(),
  seconds: Type.Number(),
})

const ruleCostShape = nounShape<RuleCost>()('RuleCost', 'What a rule cost.', {
  rule: Type.String(),
  shadow: Type.Boolean(),
  evaluations: Type.Number(),
  matches: Type.Number(),
  seconds: Type.Number(),
})

const programCostShape = nounShape<ProgramCost>()('ProgramCost', 'What a program in the kernel cost.', {
  program: Type.String(),
  runs: Type.Number(),
  seconds: Type.Number(),
})

const costShape = nounShape<CostReport>()('CostReport', 'What an agent cost since its start.', {
  pid: Type.Number(),
  time: Type.Number({ description: 'In s since 1970.' }),
  cpuSeconds: Type.Number(),
  residentBytes: Type.Number(),
  kinds: Type.Array(kindCostShape),
  rules: Type.Array(ruleCostShape),
  programs: Type.Array(programCostShape),
  ring: record({ bytes: Type.Number(), used: Type.Number(), peak: Type.Number() }),
  findings: Type.Number(),
  budget: record({
    maxShare: Type.Union([Type.Number(), Type.Null()]),
    step: Type.Number(),
    foldWindowMs: Type.Number(),
    sampled: words(),
  }),
  upstream: Type.Optional(
    record({ findings: Type.Number(), bytes: Type.Number(), findingsLost: Type.Number(), historyLost: Type.Number() }),
  ),
})

const lossShape = nounShape<SensorLoss>()('SensorLoss', 'What was lost, by cause.', { cause: Type.String(), count: count() })

const degradedShape = nounShape<DegradedFeature>()('DegradedFeature', 'What this host cannot do, and how it could.', {
  name: Type.String(),
  detail: Type.String(),
  fix: Type.String(),
})

const preventionRuleShape = nounShape<PreventionRule>()('PreventionRule', 'By what a rule marked prevent is enforced, or why not.', {
  rule: Type.String(),
  kind: Type.Union([Type.String(), Type.Null()]),
  enforced: Type.Boolean(),
  how: Type.String(),
})

const preventionShape = nounShape<SensorPrevention>()('SensorPrevention', 'What is decided before it happens.', {
  mode: Type.Union([Type.Literal('off'), Type.Literal('dry-run'), Type.Literal('act')]),
  inForce: Type.Boolean(),
  counters: Type.Array(record({ name: Type.String(), count: count() })),
  rules: Type.Array(preventionRuleShape),
  rulesLeft: count(),
  watched: count(),
  unwatched: Type.Array(record({ path: Type.String(), reason: Type.String() })),
})

export const sensorShape = nounShape<SensorReport>()('SensorReport', 'How a sensor is, as its agent said last.', {
  hostname: Type.String(),
  version: Type.String(),
  kernel: Type.String(),
  bootId: Type.String(),
  pid: Type.Number(),
  timeNs: timeNs('When it said so.'),
  startedNs: timeNs('When the agent began.'),
  rules: count(),
  hooks: count(),
  calls: Type.Union([Type.Literal('functions'), Type.Literal('tracepoints')]),
  processes: count(),
  totals: record({
    seen: Type.Number(),
    kept: Type.Number(),
    filtered: Type.Number(),
    folded: Type.Number(),
    sampled: Type.Number(),
    lost: Type.Number(),
    findings: Type.Number(),
  }),
  losses: Type.Array(lossShape),
  degraded: Type.Array(degradedShape),
  spool: record({ findings: Type.Number(), bytes: Type.Number(), dropped: Type.Number() }),
  cost: costShape,
  prevention: Type.Optional(preventionShape),
})

export const sensorPointShape = nounShape<SensorPoint>()('SensorPoint', 'Rates over the time since the point before.', {
  timeNs: timeNs('The end of that time.'),
  seconds: Type.Number(),
  kept: Type.Number(),
  filtered: Type.Number(),
  lost: Type.Number(),
  findings: Type.Number(),
  cpuShare: Type.Number(),
  residentBytes: Type.Number(),
})
