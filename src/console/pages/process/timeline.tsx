import type { UseQueryResult } from '@tanstack/react-query'
import { History } from 'lucide-react'
import type { TimelineEntry } from '../../../api/services.ts'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { TIMELINE_COLUMNS, TimelineCard } from '../incident/columns.tsx'
import classes from './process.module.css'

export interface TimelineProps {
  readonly query: UseQueryResult<{ readonly items: readonly TimelineEntry[] }>
  readonly onOpenFinding: (id: string) => void
}

export const Timeline = ({ query, onOpenFinding }: TimelineProps) => (
  <div className={classes.table}>
    <DataTable<TimelineEntry>
      label="Timeline of the process"
      columns={TIMELINE_COLUMNS}
      rows={query.data?.items ?? []}
      rowKey={({ kind, id, timeNs }) => `${kind}${id}${timeNs}`}
      onOpen={({ kind, id }) => kind === 'finding' && onOpenFinding(id)}
      card={(entry) => <TimelineCard entry={entry} />}
      isLoading={query.isPending}
      error={query.error}
      onRetry={query.refetch}
      empty={
        <EmptyState icon={History} title="Nothing is kept of what it did">
          Only events that some rule wants are kept, and only for a time: see Settings, Storage.
        </EmptyState>
      }
    />
  </div>
)
