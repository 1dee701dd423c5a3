import { Link } from '@tanstack/react-router'
import { Pause, Play, Telescope } from 'lucide-react'
import { useState } from 'react'
import type { StoredFinding } from '../../../store/state-store.ts'
import { useLive } from '../../api/live.ts'
import { findingPath } from '../../app/paths.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Panel } from '../../components/panel.tsx'
import { Severity } from '../../components/severity.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import classes from './newest-findings.module.css'
import type { useNewestFindings } from './use-now.ts'

/** Findings as they come, without loading anew. Held still while one reads them. */
export function NewestFindings({ query, findings }: ReturnType<typeof useNewestFindings>) {
  const { state } = useLive()
  const [held, setHeld] = useState<readonly StoredFinding[]>()
  const shown = held ?? findings
  const waiting = held === undefined ? 0 : findings.filter(({ timeNs }) => timeNs > (held[0]?.timeNs ?? 0)).length
  return (
    <Panel
      title="Newest findings"
      detail={held === undefined ? (state === 'live' ? 'as they come' : undefined) : `held, ${waiting} new`}
      flush
      actions={
        <>
          <IconButton
            icon={held === undefined ? Pause : Play}
            label={held === undefined ? 'Hold the list still' : 'Let the list go on'}
            small
            isPressed={held !== undefined}
            onClick={() => setHeld(held === undefined ? findings : undefined)}
          />
          <Link to={'/findings' as string} className={classes.all}>
            All findings
          </Link>
        </>
      }
    >
      {query.isPending ? (
        <div className={classes.loading} role="status" aria-label="Loading findings">
          <SkeletonLines lines={6} />
        </div>
      ) : null}
      {query.isError ? <ErrorState error={query.error} onRetry={query.refetch} /> : null}
      {query.isSuccess && shown.length === 0 ? (
        <EmptyState small icon={Telescope} title="Nothing found in the last 24 hours">
          Rules watch, and found nothing to tell. What is found appears here within a second.
        </EmptyState>
      ) : null}
      <ul>
        {shown.map((finding) => (
          <li key={finding.id} className={classes.item}>
            <FindingRow finding={finding} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function FindingRow({ finding }: { readonly finding: StoredFinding }) {
  return (
    <Link to={findingPath(finding.id)} className={classes.row}>
      <span className={classes.time}>
        <Time ns={finding.timeNs} inRow />
      </span>
      <Severity priority={finding.priority} compact />
      <span className={classes.words}>
        <span className={classes.rule}>
          <Text value={finding.rule} oneLine />
          {finding.count > 1 ? <span className={classes.count}>×{finding.count}</span> : null}
        </span>
        <span className={classes.output}>
          <Text value={finding.output} oneLine />
        </span>
      </span>
      <span className={classes.host}>
        <Text value={finding.hostname} oneLine />
      </span>
    </Link>
  )
}
