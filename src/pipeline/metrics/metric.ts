/** The form of a metric: its name, what it says, and how it is read from one look at the agent. */
import type { AgentView } from './agent-view.ts'

/** Values of the labels, in the order of the definition. */
export interface Sample {
  readonly labels?: readonly string[]
  readonly value: number
}

/** How often a value fell at or below each bound. */
export interface Distribution {
  /** Ascending; what is above the last is counted in `count` alone. */
  readonly bounds: readonly number[]
  /** Per bound, not added up. */
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
}

interface MetricBase {
  /** Without the leading `tarsier_`; counters end in `_total`, and units are base units (seconds, bytes). */
  readonly name: string
  readonly help: string
}

/** Label values come from fixed sets (kinds, causes) or from whoever runs the agent (rules, outputs): never from an event. */
export interface ValueMetric extends MetricBase {
  readonly type: 'counter' | 'gauge'
  readonly labels: readonly string[]
  readonly read: (view: AgentView) => readonly Sample[]
}

export interface HistogramMetric extends MetricBase {
  readonly type: 'histogram'
  readonly labels: readonly []
  readonly read: (view: AgentView) => Distribution
}

export type MetricDefinition = ValueMetric | HistogramMetric

/** A sample without labels. */
export const single = (value: number): readonly Sample[] => [{ value }]
