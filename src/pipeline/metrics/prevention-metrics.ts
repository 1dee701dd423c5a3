/** What was decided before it happened. No samples where prevention never ran. */
import type { PreventionCounters } from '../../respond/prevention/prevention.ts'
import { type MetricDefinition, single } from './metric.ts'

const OUTCOMES: readonly (readonly [label: string, counter: keyof PreventionCounters])[] = [
  ['table', 'table'],
  ['asked', 'asked'],
  ['cached', 'cached'],
  ['exempt', 'exempt'],
  ['denied', 'denied'],
  ['would_deny', 'wouldDeny'],
  ['timed_out', 'timedOut'],
  ['failed_open', 'failedOpen'],
  ['untold', 'untold'],
  ['blocked', 'blocked'],
  ['leased', 'leased'],
]

export const preventionMetrics: readonly MetricDefinition[] = [
  {
    name: 'prevention_in_force',
    help: '1 while rules marked prevent are decided before the act; 0: they are not, though there are some.',
    type: 'gauge',
    labels: [],
    read: ({ prevention }) => (prevention?.counters === undefined ? [] : single(prevention.inForce ? 1 : 0)),
  },
  {
    name: 'prevention_events_total',
    help: 'Opens and execs that the kernel asked about.',
    type: 'counter',
    labels: [],
    read: ({ prevention }) => (prevention?.counters === undefined ? [] : single(prevention.counters.events)),
  },
  {
    name: 'prevention_decisions_total',
    help: 'How they were decided, and what came of it: by the native table, by the rules (asked) or as they had answered before (cached); denied, or would be (would_deny); allowed since a protected program did it (exempt), no answer came in time (timed_out), or nobody could tell (failed_open). untold: the agent could not hear of it. blocked: of those denied, because the file is one that block-file blocks. leased: denied by the kernel itself, for the owner of a lease on the file had not given it up yet.',
    type: 'counter',
    labels: ['outcome'],
    read: ({ prevention }) => {
      const counters = prevention?.counters
      return counters === undefined ? [] : OUTCOMES.map(([label, counter]) => ({ labels: [label], value: counters[counter] }))
    },
  },
  {
    name: 'prevention_blocked_files',
    help: 'Files that the action block-file blocks at the moment.',
    type: 'gauge',
    labels: [],
    read: ({ prevention }) => (prevention?.counters === undefined ? [] : single(prevention.blockedFiles)),
  },
  {
    name: 'prevention_digests_total',
    help: 'Files that were read since they are as large as a blocked one.',
    type: 'counter',
    labels: [],
    read: ({ prevention }) => (prevention?.counters === undefined ? [] : single(prevention.counters.digested)),
  },
  {
    name: 'prevention_kernel_denials_total',
    help: 'What the kernel side decided by itself, at hooks of BPF LSM: denied, or would be (would_deny).',
    type: 'counter',
    labels: ['outcome'],
    read: ({ prevention }) => {
      const denials = prevention?.denials
      if (denials === undefined) return []
      return [
        { labels: ['denied'], value: denials.denied },
        { labels: ['would_deny'], value: denials.wouldDeny },
      ]
    },
  },
]
