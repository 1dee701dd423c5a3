/** What the agent keeps for its server. No samples where it keeps nothing. */
import { UPSTREAM_STREAMS, type UpstreamStream } from '../../findings/upstream.ts'
import type { UpstreamView } from './agent-view.ts'
import { type MetricDefinition, type Sample, single } from './metric.ts'

type Name = 'waiting' | 'bytes' | 'lost' | 'sent'

const perStream =
  (name: Name) =>
  ({ upstream }: { readonly upstream: UpstreamView | undefined }): readonly Sample[] =>
    upstream === undefined ? [] : UPSTREAM_STREAMS.map((stream: UpstreamStream) => ({ labels: [stream], value: upstream[stream][name] }))

export const upstreamMetrics: readonly MetricDefinition[] = [
  {
    name: 'spool_lines',
    help: 'Findings, and lines of history, that wait on the disk for the server.',
    type: 'gauge',
    labels: ['stream'],
    read: perStream('waiting'),
  },
  { name: 'spool_bytes', help: 'What these take on the disk.', type: 'gauge', labels: ['stream'], read: perStream('bytes') },
  {
    name: 'spool_sent_total',
    help: 'Lines that the server has acknowledged.',
    type: 'counter',
    labels: ['stream'],
    read: perStream('sent'),
  },
  {
    name: 'spool_lost_total',
    help: 'Lines that were given up: no room, damaged, or refused by the server.',
    type: 'counter',
    labels: ['stream'],
    read: perStream('lost'),
  },
  {
    name: 'history_events_total',
    help: 'Events that were kept for history.',
    type: 'counter',
    labels: [],
    read: ({ upstream }) => (upstream?.events === undefined ? [] : single(upstream.events.events)),
  },
  {
    name: 'history_process_states_total',
    help: 'States of processes that were kept for history.',
    type: 'counter',
    labels: [],
    read: ({ upstream }) => (upstream?.events === undefined ? [] : single(upstream.events.states)),
  },
  {
    name: 'history_left_out_total',
    help: 'Events that were left out of history: more in a second than --history-rate allows.',
    type: 'counter',
    labels: [],
    read: ({ upstream }) => (upstream?.events === undefined ? [] : single(upstream.events.left)),
  },
  {
    name: 'server_restarts_total',
    help: 'How often the server was started again, since it had ended of itself.',
    type: 'counter',
    labels: [],
    read: ({ upstream }) => (upstream?.restarts === undefined ? [] : single(upstream.restarts)),
  },
]
