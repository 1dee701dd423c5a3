import type { StoredFinding } from '../../store/state-store.ts'
import classes from './finding-card.module.css'
import { Severity } from './severity.tsx'
import { Text } from './text.tsx'
import { Time } from './time.tsx'

/** A finding in two lines, for the rows of a phone. */
export function FindingCard({ finding }: { readonly finding: StoredFinding }) {
  return (
    <span className={classes.card}>
      <Severity priority={finding.priority} compact />
      <span className={classes.rule}>
        <Text value={finding.rule} oneLine />
      </span>
      <span className={classes.time}>
        <Time ns={finding.timeNs} inRow />
      </span>
      <span className={classes.output}>
        <Text value={finding.output} oneLine />
      </span>
    </span>
  )
}
