/** What rules, and events by kind, cost; what they found; how long it took. */
import type { RuleCosts } from '../costs.ts'
import { NO_RULE_COSTS } from '../costs.ts'
import type { AgentView } from './agent-view.ts'
import { type MetricDefinition, type Sample, single } from './metric.ts'

/** Beyond this number of rules, the rest is one: a server that reads metrics pays for every label value for ever. */
const MAX_RULE_LABELS = 1000
const REST = 'other rules'
/** Characters of a rule's name. */
const MAX_NAME = 200

const perRule =
  (pick: (costs: RuleCosts) => number) =>
  ({ rules, costs }: AgentView): readonly Sample[] => {
    const totalOf = (rule: string): number => pick(costs.rules.get(rule) ?? NO_RULE_COSTS)
    const rest = rules.slice(MAX_RULE_LABELS)
    const samples = rules.slice(0, MAX_RULE_LABELS).map((rule) => ({ labels: [rule.slice(0, MAX_NAME)], value: totalOf(rule) }))
    if (rest.length === 0) return samples
    return [...samples, { labels: [REST], value: rest.reduce((sum, rule) => sum + totalOf(rule), 0) }]
  }

export const ruleMetrics: readonly MetricDefinition[] = [
  { name: 'rules', help: 'Rules that are on.', type: 'gauge', labels: [], read: ({ rules }) => single(rules.length) },
  {
    name: 'rule_evaluations_total',
    help: 'How often the condition of a rule was tried, estimated from a sample of the events.',
    type: 'counter',
    labels: ['rule'],
    read: perRule(({ evaluations }) => evaluations),
  },
  {
    name: 'rule_matches_total',
    help: 'Events that a rule matched.',
    type: 'counter',
    labels: ['rule'],
    read: perRule(({ matches }) => matches),
  },
  {
    name: 'rule_seconds_total',
    help: 'Time in the condition of a rule, estimated from a sample of the events. What rules share is charged to the first that asks.',
    type: 'counter',
    labels: ['rule'],
    read: perRule(({ seconds }) => seconds),
  },
  {
    name: 'kind_seconds_total',
    help: 'Time of the agent for events of a kind (process tree, rules, findings), estimated from a sample of them.',
    type: 'counter',
    labels: ['kind'],
    read: ({ costs }) => [...costs.kinds].map(([kind, { seconds }]) => ({ labels: [kind], value: seconds })),
  },
  {
    name: 'evaluation_latency_seconds',
    help: 'Time from an event in the kernel to the end of its evaluation, of a sample of the events.',
    type: 'histogram',
    labels: [],
    read: ({ costs }) => costs.latency,
  },
  {
    name: 'correlation_keys',
    help: 'Keys (processes, addresses and the like) that rules about several events remember something of.',
    type: 'gauge',
    labels: [],
    read: ({ correlation }) => single(correlation.keys),
  },
  {
    name: 'correlation_evicted_total',
    help: 'Keys that a rule about several events forgot for want of room.',
    type: 'counter',
    labels: ['rule'],
    read: ({ correlation }) => [...correlation.evicted].map(([rule, value]) => ({ labels: [rule.slice(0, MAX_NAME)], value })),
  },
  {
    name: 'findings_total',
    help: 'Findings made, repetitions that were counted into others included.',
    type: 'counter',
    labels: [],
    read: ({ folds }) => single(folds.taken),
  },
  {
    name: 'findings_emitted_total',
    help: 'Findings given to the outputs.',
    type: 'counter',
    labels: [],
    read: ({ folds }) => single(folds.emitted),
  },
  {
    name: 'output_written_total',
    help: 'Findings that an output took.',
    type: 'counter',
    labels: ['output'],
    read: ({ outputs }) => outputs.map(({ output, written }) => ({ labels: [output], value: written })),
  },
  {
    name: 'output_dropped_total',
    help: 'Findings that an output lost.',
    type: 'counter',
    labels: ['output'],
    read: ({ outputs }) => outputs.map(({ output, dropped }) => ({ labels: [output], value: dropped })),
  },
  {
    name: 'output_dead_lettered_total',
    help: 'Findings that an output lost and keeps in its dead-letter file.',
    type: 'counter',
    labels: ['output'],
    read: ({ outputs }) =>
      outputs.flatMap(({ output, deadLettered }) => (deadLettered === undefined ? [] : { labels: [output], value: deadLettered })),
  },
  {
    name: 'output_left_out_total',
    help: 'Findings that an output was asked not to send: more than its maxPerMinute.',
    type: 'counter',
    labels: ['output'],
    read: ({ outputs }) => outputs.flatMap(({ output, leftOut }) => (leftOut === undefined ? [] : { labels: [output], value: leftOut })),
  },
]
