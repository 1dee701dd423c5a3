/** The columns of the list of rules. */
import type { RuleSummary } from '../../../api/services.ts'
import { Badge } from '../../components/badge.tsx'
import type { Column } from '../../components/data-table.tsx'
import { Severity } from '../../components/severity.tsx'
import { Text } from '../../components/text.tsx'
import { RuleMarks } from './rule-marks.tsx'
import classes from './rules.module.css'

export const RULE_COLUMNS: readonly Column<RuleSummary>[] = [
  { id: 'priority', header: 'Priority', width: '116px', cell: ({ priority }) => <Severity priority={priority} /> },
  { id: 'name', header: 'Rule', width: 'minmax(200px, 2fr)', cell: ({ name }) => <Name name={name} /> },
  { id: 'desc', header: 'What it looks for', width: 'minmax(160px, 3fr)', cell: ({ desc }) => <Text value={desc} oneLine /> },
  {
    id: 'techniques',
    header: 'ATT&CK',
    width: 'minmax(90px, 0.8fr)',
    cell: ({ techniques }) => <Text value={techniques.join(', ')} oneLine mono />,
  },
  { id: 'marks', header: 'State', width: 'minmax(150px, 0.9fr)', cell: (rule) => <RuleMarks rule={rule} /> },
]

const Name = ({ name }: { readonly name: string }) => (
  <span className={classes.name}>
    <Text value={name} oneLine />
  </span>
)

export const RuleCard = ({ rule }: { readonly rule: RuleSummary }) => (
  <span className={classes.card}>
    <span className={classes.head}>
      <Severity priority={rule.priority} compact />
      <Name name={rule.name} />
    </span>
    <span className={classes.head}>
      <RuleMarks rule={rule} />
      {rule.techniques.length === 0 ? null : <Badge>{rule.techniques[0]}</Badge>}
    </span>
  </span>
)
