import type { UseQueryResult } from '@tanstack/react-query'
import { FileStack } from 'lucide-react'
import type { ProcessActivity } from '../../../api/services.ts'
import { CopyText } from '../../components/copy-button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { wholeNumber } from '../../format/numbers.ts'
import classes from './process.module.css'

interface Line {
  readonly what: string
  readonly how: string
  readonly count: number | undefined
  readonly lastNs: number
}

const LINES: Readonly<Record<keyof ProcessActivity, (activity: ProcessActivity) => readonly Line[]>> = {
  files: ({ files }) => files.map(({ path, how, count, lastNs }) => ({ what: path, how, count, lastNs })),
  connections: ({ connections }) =>
    connections.map(({ remote, direction, protocol, count, lastNs }) => ({
      what: remote,
      how: `${direction} ${protocol}`.trim(),
      count,
      lastNs,
    })),
  libraries: ({ libraries }) => libraries.map(({ path, lastNs }) => ({ what: path, how: '', count: undefined, lastNs })),
}

/** What it used, each once, the latest first. */
export function Activity({ query, what }: { readonly query: UseQueryResult<ProcessActivity>; readonly what: keyof ProcessActivity }) {
  if (query.isError) return <ErrorState error={query.error} onRetry={query.refetch} />
  if (query.data === undefined) return <SkeletonLines lines={6} />
  const lines = LINES[what](query.data)
  if (lines.length === 0) {
    return (
      <EmptyState small icon={FileStack} title={`No ${what} are kept`}>
        Only events that some rule wants are kept.
      </EmptyState>
    )
  }
  return (
    <ul className={classes.lines}>
      {lines.map(({ what: name, how, count, lastNs }) => (
        <li key={`${name} ${how}`}>
          <span className={classes.what}>
            <CopyText text={name}>
              <Text value={name} mono />
            </CopyText>
          </span>
          <span className={classes.muted}>{how}</span>
          <span className={classes.muted}>{count === undefined ? '' : `×${wholeNumber(count)}`}</span>
          <Time ns={lastNs} />
        </li>
      ))}
    </ul>
  )
}
