/** The columns of the list of findings. */
import type { StoredFinding } from '../../../store/state-store.ts'
import { Badge } from '../../components/badge.tsx'
import type { Column } from '../../components/data-table.tsx'
import { Severity } from '../../components/severity.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import classes from './findings.module.css'

export const FINDING_COLUMNS: readonly Column<StoredFinding>[] = [
  { id: 'time', header: 'Time', width: '104px', cell: ({ timeNs }) => <Time ns={timeNs} inRow /> },
  { id: 'priority', header: 'Priority', width: '104px', cell: ({ priority }) => <Severity priority={priority} /> },
  { id: 'rule', header: 'Rule', width: 'minmax(150px, 1.4fr)', cell: (finding) => <Rule finding={finding} /> },
  { id: 'output', header: 'What was found', width: 'minmax(180px, 3fr)', cell: ({ output }) => <Text value={output} oneLine /> },
  { id: 'host', header: 'Host', width: 'minmax(84px, 0.6fr)', cell: ({ hostname }) => <Text value={hostname} oneLine /> },
]

const Rule = ({ finding: { rule, count, excepted } }: { readonly finding: StoredFinding }) => (
  <span className={classes.rule}>
    <Text value={rule} oneLine />
    {count > 1 ? <span className={classes.count}>×{count}</span> : null}
    {excepted ? <Badge tone="good">excepted</Badge> : null}
  </span>
)

export const FindingRowCard = ({ finding }: { readonly finding: StoredFinding }) => (
  <span className={classes.card}>
    <span className={classes.cardHead}>
      <Severity priority={finding.priority} compact />
      <Rule finding={finding} />
      <Time ns={finding.timeNs} inRow />
    </span>
    <span className={classes.cardText}>
      <Text value={finding.output} oneLine />
    </span>
  </span>
)
