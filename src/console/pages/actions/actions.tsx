import { useInfiniteQuery } from '@tanstack/react-query'
import { Zap } from 'lucide-react'
import { useMemo } from 'react'
import { ACTION_PHASES, type ActionPhase, type ActionRecord } from '../../../findings/action-record.ts'
import { actionsQuery } from '../../api/actions.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'
import { ActionPhaseBadge } from '../../components/action-phase.tsx'
import type { Column } from '../../components/data-table.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { FillingTable } from '../../components/toolbar.tsx'
import { ActionDrawer } from './action-drawer.tsx'
import classes from './actions.module.css'
import { InForce } from './in-force.tsx'

const COLUMNS: readonly Column<ActionRecord>[] = [
  { id: 'time', header: 'Time', width: '120px', cell: ({ timeNs }) => <Time ns={timeNs} inRow /> },
  { id: 'phase', header: 'How far', width: '110px', cell: ({ phase }) => <ActionPhaseBadge phase={phase} /> },
  { id: 'action', header: 'Action', width: 'minmax(120px, 1fr)', cell: ({ action }) => <Text value={action} oneLine mono /> },
  { id: 'target', header: 'Of what', width: 'minmax(140px, 1.6fr)', cell: ({ target }) => <Text value={target} oneLine /> },
  { id: 'host', header: 'Host', width: 'minmax(80px, 0.7fr)', cell: ({ hostname }) => <Text value={hostname} oneLine /> },
  {
    id: 'why',
    header: 'Asked for by',
    width: 'minmax(120px, 1.2fr)',
    cell: ({ policy }) => <Text value={policy ?? 'a person'} oneLine />,
  },
]

const VIEWS = ['waiting', 'done', 'responses'] as const

function parse(search: Search) {
  return {
    view: VIEWS.find((view) => view === oneOf(search, 'view')) ?? 'done',
    phase: ACTION_PHASES.find((phase) => phase === oneOf(search, 'phase')),
    action: oneOf(search, 'action'),
  } as const
}

/** What was done about findings, what waits for somebody, and what is done by itself. */
export function Actions() {
  const [{ view, phase, action }, change] = useUrlState(parse)
  const waiting = useInfiniteQuery(actionsQuery({ phase: 'asked' }))
  return (
    <>
      <PageHeader title="Actions" detail="What was done about what was found, step by step" />
      <Tabs
        label="Actions"
        selected={view}
        onSelect={(next) => change({ view: next === 'done' ? undefined : next, phase: undefined })}
        tabs={[
          { id: 'done', name: 'All' },
          { id: 'waiting', name: 'Waiting', count: waiting.data?.pages[0]?.items.length },
          { id: 'responses', name: 'Responses in force' },
        ]}
      >
        {view === 'responses' ? (
          <InForce />
        ) : (
          <ActionList phase={view === 'waiting' ? 'asked' : phase} open={action} onOpen={(id) => change({ action: id }, { push: true })} />
        )}
      </Tabs>
      {action === undefined ? null : <ActionDrawer id={action} onClose={() => change({ action: undefined })} />}
    </>
  )
}

function ActionList({
  phase,
  open,
  onOpen,
}: {
  readonly phase: ActionPhase | undefined
  readonly open: string | undefined
  readonly onOpen: (id: string) => void
}) {
  const query = useInfiniteQuery(actionsQuery({ phase }))
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  return (
    <div className={classes.list}>
      <FillingTable>
        <DataTable<ActionRecord>
          label="Actions"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ id }) => id}
          openKey={open}
          onOpen={({ id }) => onOpen(id)}
          card={(one) => (
            <>
              <Text value={`${one.action} of ${one.target}`} oneLine />
              <ActionPhaseBadge phase={one.phase} />
            </>
          )}
          isLoading={query.isPending}
          error={query.error}
          onRetry={query.refetch}
          hasMore={query.hasNextPage}
          isLoadingMore={query.isFetchingNextPage}
          onMore={query.fetchNextPage}
          empty={
            <EmptyState icon={Zap} title={phase === 'asked' ? 'Nothing waits for you' : 'Nothing was done yet'}>
              Responses say what is done about which findings. Those that come with Tarsier are dry runs: they write down what they would
              do.
            </EmptyState>
          }
        />
      </FillingTable>
    </div>
  )
}
