/** The agent as a process, and its tables. */
import { type MetricDefinition, single } from './metric.ts'

export const agentMetrics: readonly MetricDefinition[] = [
  {
    name: 'cpu_seconds_total',
    help: 'Processor time of the agent, all its threads.',
    type: 'counter',
    labels: [],
    read: (view) => single(view.process.cpuSeconds),
  },
  {
    name: 'resident_memory_bytes',
    help: 'Memory of the agent.',
    type: 'gauge',
    labels: [],
    read: (view) => single(view.process.residentBytes),
  },
  { name: 'heap_bytes', help: 'JavaScript heap in use.', type: 'gauge', labels: [], read: (view) => single(view.process.heapBytes) },
  {
    name: 'start_time_seconds',
    help: 'When the agent began, since 1970.',
    type: 'gauge',
    labels: [],
    read: (view) => single(view.process.startSeconds),
  },
  {
    name: 'event_faults_total',
    help: 'Events that a bug of Tarsier kept from being judged.',
    type: 'counter',
    labels: [],
    read: ({ faults }) => single(faults),
  },
  { name: 'processes', help: 'Processes known.', type: 'gauge', labels: [], read: ({ enriched }) => single(enriched.processes) },
  { name: 'containers', help: 'Containers known.', type: 'gauge', labels: [], read: ({ enriched }) => single(enriched.containers) },
  {
    name: 'verdict_processes',
    help: 'Processes of which the kernel side knows that only some rules can want their events.',
    type: 'gauge',
    labels: [],
    read: ({ verdicts }) => single(verdicts.processes),
  },
  {
    name: 'verdicts_total',
    help: 'What became of judgements on processes that sent much and matched nothing: written to the kernel side, taken back since a fact had changed (outdated), given up for others (evicted), without room (refused).',
    type: 'counter',
    labels: ['outcome'],
    read: ({ verdicts }) =>
      (['written', 'outdated', 'evicted', 'refused'] as const).map((outcome) => ({ labels: [outcome], value: verdicts[outcome] })),
  },
  {
    name: 'fold_windows',
    help: 'Findings whose repetitions are being counted.',
    type: 'gauge',
    labels: [],
    read: ({ folds }) => single(folds.open),
  },
  {
    name: 'cpu_budget_ratio',
    help: 'Share of one processor that --max-cpu allows; 0 without it.',
    type: 'gauge',
    labels: [],
    read: ({ budget }) => single(budget.maxShare ?? 0),
  },
  {
    name: 'cpu_used_ratio',
    help: 'Share of one processor that the agent used of late.',
    type: 'gauge',
    labels: [],
    read: ({ budget }) => single(budget.share),
  },
  {
    name: 'budget_step',
    help: 'How many steps --max-cpu has taken to cost less; 0: everything is watched in full.',
    type: 'gauge',
    labels: [],
    read: ({ budget }) => single(budget.step),
  },
  {
    name: 'fold_window_seconds',
    help: 'Time within which the kernel side folds equal events.',
    type: 'gauge',
    labels: [],
    read: ({ budget }) => single(budget.foldWindowMs / 1000),
  },
  {
    name: 'kept_ratio',
    help: 'Share of the events of a kind that --max-cpu keeps; kinds that are kept whole are left out.',
    type: 'gauge',
    labels: ['kind'],
    read: ({ budget }) => [...budget.shifts].map(([kind, shift]) => ({ labels: [kind], value: 2 ** -shift })),
  },
]
