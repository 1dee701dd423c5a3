/** The columns of evidence and timeline. */
import type { TimelineEntry } from '../../../api/services.ts'
import type { StoredFinding } from '../../../store/state-store.ts'
import { Badge } from '../../components/badge.tsx'
import type { Column } from '../../components/data-table.tsx'
import { Severity } from '../../components/severity.tsx'
import { TechniqueChip } from '../../components/technique-chip.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import classes from './columns.module.css'

export const EVIDENCE_COLUMNS: readonly Column<StoredFinding>[] = [
  { id: 'time', header: 'Time', width: '118px', cell: ({ timeNs }) => <Time ns={timeNs} inRow /> },
  { id: 'priority', header: 'Priority', width: '112px', cell: ({ priority }) => <Severity priority={priority} /> },
  { id: 'rule', header: 'Rule', width: 'minmax(140px, 1fr)', cell: ({ rule }) => <Text value={rule} oneLine /> },
  { id: 'output', header: 'What was found', width: 'minmax(200px, 2fr)', cell: ({ output }) => <Text value={output} oneLine /> },
  {
    id: 'techniques',
    header: 'ATT&CK',
    width: '128px',
    cell: ({ attack }) => (
      <span className={classes.techniques}>
        {attack.slice(0, 2).map(({ id }) => (
          <TechniqueChip key={id} id={id} />
        ))}
      </span>
    ),
  },
  { id: 'count', header: 'Times', width: '52px', align: 'end', cell: ({ count }) => count },
]

const KINDS: Readonly<Record<TimelineEntry['kind'], string>> = { finding: 'Finding', event: 'Event', exec: 'Program', exit: 'End' }

export const TIMELINE_COLUMNS: readonly Column<TimelineEntry>[] = [
  { id: 'time', header: 'Time', width: '104px', cell: ({ timeNs }) => <Time ns={timeNs} as="precise" inRow /> },
  { id: 'kind', header: 'Kind', width: '110px', cell: (entry) => <Kind entry={entry} /> },
  { id: 'text', header: 'What happened', width: 'minmax(200px, 1fr)', cell: ({ text }) => <Text value={text} oneLine /> },
  {
    id: 'process',
    header: 'Process',
    width: '190px',
    cell: ({ processKey }) => (processKey === undefined ? '' : <Text value={processKey} mono oneLine />),
  },
]

const Kind = ({ entry: { kind, priority } }: { readonly entry: TimelineEntry }) =>
  priority === undefined || priority === null ? <Badge>{KINDS[kind]}</Badge> : <Severity priority={priority} />

export const TimelineCard = ({ entry }: { readonly entry: TimelineEntry }) => (
  <span className={classes.card}>
    <span className={classes.head}>
      <Kind entry={entry} />
      <Time ns={entry.timeNs} as="precise" inRow />
    </span>
    <Text value={entry.text} oneLine />
  </span>
)
