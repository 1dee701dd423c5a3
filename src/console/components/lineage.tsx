import { Link } from '@tanstack/react-router'
import type { LineageEntry } from '../../findings/finding.ts'
import { processPath } from '../app/paths.ts'
import classes from './lineage.module.css'
import { Text } from './text.tsx'

export interface LineageProps {
  readonly hostname: string
  /** Nearest first, as in findings. */
  readonly lineage: readonly LineageEntry[]
}

/** Who started whom, the process itself last. */
export function Lineage({ hostname, lineage }: LineageProps) {
  return (
    <ol className={classes.lineage}>
      {lineage.toReversed().map((entry) => (
        <li key={`${entry.pid}@${entry.startNs}`} className={classes.entry}>
          <p>
            <Link to={processPath(hostname, `${entry.pid}@${entry.startNs}`)} className={classes.name}>
              <Text value={entry.name} />
            </Link>
            <span className={classes.facts}>
              {entry.pid} · <Text value={entry.user} />
            </span>
          </p>
          <p className={classes.command}>
            <Text value={entry.cmdline} mono />
          </p>
        </li>
      ))}
    </ol>
  )
}
