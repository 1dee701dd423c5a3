/** What the kernel side did with events, and what lies between it and the rules. */
import type { KindCounters } from '../../sources/ebpf/counters.ts'
import type { AgentView } from './agent-view.ts'
import { type MetricDefinition, type Sample, single } from './metric.ts'

const perKind =
  (pick: (counters: KindCounters) => number) =>
  ({ counters }: AgentView): readonly Sample[] =>
    [...counters.kinds].map(([kind, values]) => ({ labels: [kind], value: pick(values) }))

/** The names of causes as label values. */
const LOST = { full: 'lostFull', reserved: 'lostReserved', nested: 'lostNested' } as const
const DROPPED = {
  class: 'filteredClass',
  process: 'filteredProcess',
  object: 'filteredObject',
  folded: 'folded',
  sampled: 'sampled',
} as const

const perKindAndCause =
  (causes: Readonly<Record<string, keyof KindCounters>>) =>
  ({ counters }: AgentView): readonly Sample[] =>
    [...counters.kinds].flatMap(([kind, values]) =>
      Object.entries(causes).map(([cause, key]) => ({ labels: [kind, cause], value: values[key] })),
    )

export const kernelMetrics: readonly MetricDefinition[] = [
  {
    name: 'events_seen_total',
    help: 'Events that the hooks saw.',
    type: 'counter',
    labels: ['kind'],
    read: perKind(({ seen }) => seen),
  },
  {
    name: 'events_sent_total',
    help: 'Events that the kernel side handed to the agent.',
    type: 'counter',
    labels: ['kind'],
    read: perKind(({ sent }) => sent),
  },
  {
    name: 'events_dropped_total',
    help: 'Events left out in the kernel on purpose. class, process, object: no rule can match them. folded: equal to one just sent, counted there. sampled: left out by --max-cpu.',
    type: 'counter',
    labels: ['kind', 'cause'],
    read: perKindAndCause(DROPPED),
  },
  {
    name: 'events_lost_total',
    help: 'Events that were wanted and lost in the kernel. full: no room in the ring. reserved: the last quarter is kept for others. nested: hooks interrupted each other.',
    type: 'counter',
    labels: ['kind', 'cause'],
    read: perKindAndCause(LOST),
  },
  {
    name: 'events_killed_total',
    help: 'Events whose process the kernel side killed at the hook, as a response asks.',
    type: 'counter',
    labels: ['kind'],
    read: perKind(({ killed }) => killed),
  },
  {
    name: 'events_unreadable_inputs_total',
    help: 'Events sent with an input that could not be read from the process.',
    type: 'counter',
    labels: ['kind'],
    read: perKind(({ failed }) => failed),
  },
  {
    name: 'records_received_total',
    help: 'Records that arrived, by processor.',
    type: 'counter',
    labels: ['cpu'],
    read: ({ counters }) => counters.cpus.map(({ cpu, received }) => ({ labels: [String(cpu)], value: received })),
  },
  {
    name: 'records_missing_total',
    help: 'Records that took a number and never arrived, by processor; their causes are in events_lost_total.',
    type: 'counter',
    labels: ['cpu'],
    read: ({ counters }) => counters.cpus.map(({ cpu, gaps }) => ({ labels: [String(cpu)], value: gaps })),
  },
  {
    name: 'received_bytes_total',
    help: 'Bytes of records that arrived.',
    type: 'counter',
    labels: [],
    read: ({ counters }) => single(counters.receivedBytes),
  },
  {
    name: 'records_unreadable_total',
    help: 'Records that could not be decoded. size: it cannot be. kind: this version does not know it.',
    type: 'counter',
    labels: ['cause'],
    read: ({ counters, read }) => [
      { labels: ['size'], value: counters.corrupt + read.broken },
      { labels: ['kind'], value: read.unknown },
    ],
  },
  {
    name: 'ring_size_bytes',
    help: 'Size of the ring between kernel and agent.',
    type: 'gauge',
    labels: [],
    read: (view) => single(view.counters.ring.bytes),
  },
  { name: 'ring_used_bytes', help: 'Fill of the ring now.', type: 'gauge', labels: [], read: (view) => single(view.counters.ring.used) },
  {
    name: 'ring_peak_bytes',
    help: 'Highest fill of the ring since the start.',
    type: 'gauge',
    labels: [],
    read: (view) => single(view.counters.ring.peak),
  },
  {
    name: 'drain_waits_total',
    help: 'How often the draining thread had to wait for a batch to be worked off.',
    type: 'counter',
    labels: [],
    read: ({ counters }) => single(counters.waits),
  },
  {
    name: 'drain_slices_total',
    help: 'How often the draining thread looked into the ring.',
    type: 'counter',
    labels: [],
    read: ({ counters }) => single(counters.slices),
  },
  {
    name: 'hooks',
    help: 'Hooks by what became of them.',
    type: 'gauge',
    labels: ['state'],
    read: ({ hooks }) => Object.entries(hooks).map(([state, value]) => ({ labels: [state], value })),
  },
  {
    name: 'calls_by',
    help: 'What the hooks of system calls hang on. tracepoints: every call of the host takes the slow way. functions: only watched calls cost.',
    type: 'gauge',
    labels: ['by'],
    read: ({ calls }) => [{ labels: [calls], value: 1 }],
  },
  {
    name: 'program_runs_skipped_total',
    help: 'Runs of each kernel program that the kernel skipped, since it ran on that processor already: what they would have seen is lost.',
    type: 'counter',
    labels: ['program'],
    read: ({ skippedRuns }) => [...skippedRuns].map(([program, value]) => ({ labels: [program], value })),
  },
  {
    name: 'program_runs_total',
    help: 'Runs of each kernel program, while the kernel measured (--bpf-stats).',
    type: 'counter',
    labels: ['program'],
    read: ({ programs }) => programs.map(({ program, runs }) => ({ labels: [program], value: runs })),
  },
  {
    name: 'program_run_seconds_total',
    help: 'Time spent in each kernel program, while the kernel measured (--bpf-stats).',
    type: 'counter',
    labels: ['program'],
    read: ({ programs }) => programs.map(({ program, seconds }) => ({ labels: [program], value: seconds })),
  },
]
