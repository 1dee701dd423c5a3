/** What pages of the console ask of the store. */
import type { HistoryColumn } from '../src/findings/history-event.ts'
import type { HistoryFilter } from '../src/findings/history-filter.ts'
import type { HistoryQuery } from '../src/store/history-store.ts'
import { FINDING_FACETS, type FindingQuery } from '../src/store/state-store.ts'
import type { Store } from '../src/store/store.ts'

export interface Question {
  readonly name: string
  /** `round` counts from 0: so that not every round asks for the very same. */
  readonly ask: (round: number) => unknown
}

const DAY_NS = 86_400e9
const PAGE = { limit: 100, cursor: undefined }
const COLUMNS: readonly HistoryColumn[] = ['evt.type', 'proc.name', 'user.name', 'container.id', 'fd.rip', 'fd.name']

export function stateQuestions({ state }: Store, endNs: number): Question[] {
  const last = (days: number) => ({ fromNs: endNs - days * DAY_NS, toNs: endNs + 1e9 })
  const findings = (name: string, query: FindingQuery): Question[] => [
    { name: `findings, ${name}: list`, ask: () => state.findings.list(query, PAGE) },
    { name: `findings, ${name}: all facets`, ask: () => state.findings.facets(query, FINDING_FACETS, 10) },
    { name: `findings, ${name}: histogram`, ask: () => state.findings.histogram(query, query.range ? 300e9 : 3600e9) },
  ]
  return [
    ...findings('last day', { range: last(1) }),
    ...findings('all', {}),
    ...findings('a rare rule', { rules: ['Rule number 110 about what a process does'] }),
    ...findings('text that is nowhere', { text: 'nowhere to be found' }),
    ...findings('text that is frequent', { text: 'python3' }),
    ...findings('tag and host', { tags: ['tactic_3'], hostnames: ['worker-2.prod.example'] }),
    { name: 'incidents by risk, open ones', ask: () => state.incidents.list({ states: ['open'] }, PAGE) },
    {
      name: 'incidents with a key',
      ask: () => state.incidents.withKeys([{ kind: 'process-tree', value: 'worker-1.prod.example/1001@7000000000' }], 0),
    },
    { name: 'processes of a host', ask: () => state.processes.list({ hostname: 'worker-1.prod.example' }, PAGE) },
    { name: 'processes, text that is nowhere', ask: () => state.processes.list({ text: 'nowhere' }, PAGE) },
    {
      name: 'tree of 500 processes',
      ask: (round) => state.processes.tree('worker-1.prod.example', `${1001 + round}@${(1 + round) * 7_000_000_000}`, 500),
    },
  ]
}

export function historyQuestions({ history }: Store, endNs: number): Question[] {
  const query = (days: number, filter: HistoryFilter = { op: 'true' }, more: Partial<HistoryQuery> = {}): HistoryQuery => {
    return { range: { fromNs: endNs - days * DAY_NS, toNs: endNs + 1e9 }, filter, ...more }
  }
  const text = (column: HistoryColumn, value: string): HistoryFilter => ({ op: 'text', column, how: 'contains', value })
  const of = (name: string, one: HistoryQuery): Question[] => [
    { name: `events, ${name}: list`, ask: () => history.list(one, PAGE) },
    { name: `events, ${name}: ${COLUMNS.length} facets`, ask: () => history.facets(one, COLUMNS, 10) },
    { name: `events, ${name}: histogram`, ask: () => history.histogram(one, 3600e9) },
    { name: `events, ${name}: count`, ask: () => history.count(one) },
  ]
  return [
    ...of('last day', query(1)),
    ...of('all', query(365)),
    ...of('a program', query(365, { op: 'in', column: 'proc.name', values: ['curl'] })),
    ...of('part of a path', query(365, text('fd.name', 'secret'))),
    ...of('an address', query(365, { op: 'in', column: 'fd.rip', values: ['10.1.7.9'] })),
    ...of(
      'opened for writing, not by python3',
      query(365, {
        op: 'and',
        parts: [
          { op: 'in', column: 'evt.is_open_write', values: [true] },
          { op: 'not', part: { op: 'in', column: 'proc.name', values: ['python3'] } },
        ],
      }),
    ),
    {
      name: 'events of a process: list',
      ask: (round) =>
        history.list(
          query(
            365,
            { op: 'true' },
            { processKey: `${1500 + round}@${(500 + round) * 7_000_000_000}`, hostnames: ['worker-1.prod.example'] },
          ),
          PAGE,
        ),
    },
    { name: 'events, the first two pages of 500: list', ask: () => deep(history, query(365)) },
    { name: 'one event by its id', ask: (round) => history.get('worker-1.prod.example', `7f3a9c01-0-${100_000 + round}`) },
  ]
}

async function deep(history: Store['history'], query: HistoryQuery): Promise<void> {
  let cursor: string | undefined
  for (let page = 0; page < 2; page++) cursor = (await history.list(query, { limit: 500, cursor })).next
}
