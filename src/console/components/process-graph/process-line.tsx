import { counted } from '../../format/numbers.ts'
import { Text } from '../text.tsx'
import { Time } from '../time.tsx'
import { foldedCount, type TreeRow } from './forest.ts'
import classes from './process-line.module.css'

/** What is known of the process that is pointed at, in one line. */
export function ProcessLine({ row }: { readonly row: TreeRow }) {
  if (row.kind === 'fold') {
    return <p className={classes.line}>{counted(foldedCount(row.nodes), 'process', 'processes')} without findings: open to see each.</p>
  }
  const { process } = row.node
  return (
    <p className={classes.line}>
      <b>
        <Text value={process.name} />
      </b>
      <span>pid {process.pid}</span>
      <span>
        <Text value={process.user} />
      </span>
      <span>
        started <Time ns={process.startedNs} inRow />
      </span>
      {process.exitNs === undefined || process.exitNs === null ? (
        <span>runs</span>
      ) : (
        <span>
          ended <Time ns={process.exitNs} inRow />
        </span>
      )}
      {process.findings > 0 ? <span className={classes.found}>{counted(process.findings, 'finding')}</span> : null}
      <span className={classes.command}>
        <Text value={process.cmdline} mono oneLine />
      </span>
    </p>
  )
}
