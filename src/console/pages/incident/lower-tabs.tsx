import { History, ShieldAlert } from 'lucide-react'
import type { TimelineEntry } from '../../../api/services.ts'
import type { StoredFinding } from '../../../store/state-store.ts'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FindingCard } from '../../components/finding-card.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { EVIDENCE_COLUMNS, TIMELINE_COLUMNS, TimelineCard } from './columns.tsx'
import classes from './lower-tabs.module.css'
import { Notes } from './notes.tsx'
import type { useIncident } from './use-incident.ts'

export interface LowerTabsProps {
  readonly page: ReturnType<typeof useIncident>
  readonly onOpenFinding: (id: string) => void
  readonly onOpenProcess: (key: string) => void
}

/** What it rests on: each finding, each thing that happened, and what people wrote. */
export function LowerTabs({ page, onOpenFinding, onOpenProcess }: LowerTabsProps) {
  const { state, change, findings, timeline, notes } = page
  return (
    <section aria-label="Evidence" className={classes.lower}>
      <Tabs
        label="Evidence, timeline and notes"
        tabs={[
          { id: 'evidence', name: 'Evidence', count: findings.data?.items.length },
          { id: 'timeline', name: 'Timeline' },
          { id: 'notes', name: 'Notes', count: notes.data?.items.length },
        ]}
        selected={state.tab}
        onSelect={(tab) => change({ tab: tab === 'evidence' ? undefined : tab })}
      >
        {state.tab === 'notes' ? <Notes incidentId={page.id} notes={notes} /> : null}
        {state.tab === 'evidence' ? (
          <div className={classes.table}>
            <DataTable<StoredFinding>
              label="Findings of the incident"
              columns={EVIDENCE_COLUMNS}
              rows={findings.data?.items ?? []}
              rowKey={({ id }) => id}
              onOpen={({ id }) => onOpenFinding(id)}
              openKey={state.finding}
              card={(finding) => <FindingCard finding={finding} />}
              isLoading={findings.isPending}
              error={findings.error}
              onRetry={findings.refetch}
              empty={
                <EmptyState icon={ShieldAlert} title="Its findings are not kept any more">
                  They were thrown away by age; the incident stays.
                </EmptyState>
              }
            />
          </div>
        ) : null}
        {state.tab === 'timeline' ? (
          <div className={classes.table}>
            <DataTable<TimelineEntry>
              label="Timeline of the incident"
              columns={TIMELINE_COLUMNS}
              rows={timeline.data?.items ?? []}
              rowKey={(entry) => `${entry.kind}${entry.id}${entry.timeNs}${entry.processKey ?? ''}`}
              onOpen={(entry) => (entry.kind === 'finding' ? onOpenFinding(entry.id) : entry.processKey && onOpenProcess(entry.processKey))}
              card={(entry) => <TimelineCard entry={entry} />}
              isLoading={timeline.isPending}
              error={timeline.error}
              onRetry={timeline.refetch}
              empty={
                <EmptyState icon={History} title="Nothing is kept of that time">
                  The events were thrown away by age or size. What is kept, and how long, stands under Settings.
                </EmptyState>
              }
            />
          </div>
        ) : null}
      </Tabs>
    </section>
  )
}
