import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Workflow, X } from 'lucide-react'
import { useMemo } from 'react'
import type { StoredProcess } from '../../../store/state-store.ts'
import { processesQuery } from '../../api/processes.ts'
import { processPath } from '../../app/paths.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import type { Column } from '../../components/data-table.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { Switch } from '../../components/switch.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { TimeRange } from '../../components/time-range.tsx'
import { FillingTable, Toolbar } from '../../components/toolbar.tsx'
import classes from './processes.module.css'

const COLUMNS: readonly Column<StoredProcess>[] = [
  { id: 'started', header: 'Started', width: '120px', cell: ({ startedNs }) => <Time ns={startedNs} inRow /> },
  { id: 'name', header: 'Process', width: 'minmax(120px, 1fr)', cell: (process) => <Name process={process} /> },
  { id: 'cmdline', header: 'Command', width: 'minmax(200px, 3fr)', cell: ({ cmdline }) => <Text value={cmdline} oneLine mono /> },
  { id: 'user', header: 'User', width: 'minmax(70px, 0.6fr)', cell: ({ user }) => <Text value={user} oneLine /> },
  {
    id: 'container',
    header: 'Container',
    width: 'minmax(90px, 0.8fr)',
    cell: ({ containerName, containerId }) => <Text value={containerName ?? containerId ?? '–'} oneLine />,
  },
  { id: 'host', header: 'Host', width: 'minmax(90px, 0.7fr)', cell: ({ hostname }) => <Text value={hostname} oneLine /> },
  { id: 'findings', header: 'Findings', width: '74px', align: 'end', cell: ({ findings }) => (findings === 0 ? '–' : findings) },
]

const Name = ({ process: { name, pid, exitNs } }: { readonly process: StoredProcess }) => (
  <span className={classes.name}>
    <Text value={name} oneLine />
    <span className={classes.pid}>{pid}</span>
    {typeof exitNs === 'number' ? null : <Badge tone="good">runs</Badge>}
  </span>
)

const parse = (search: Search) => ({
  ...{ text: oneOf(search, 'text') ?? '', host: oneOf(search, 'host'), container: oneOf(search, 'container') },
  ...{ alive: oneOf(search, 'alive') === 'true', from: oneOf(search, 'from'), to: oneOf(search, 'to') },
})

/** Every process that lived in a time. */
export function Processes() {
  const [url, change] = useUrlState(parse)
  const { text, alive, ...rest } = url
  const router = useRouter()
  const asked = { ...rest, text: text === '' ? undefined : text, alive: alive ? true : undefined }
  const query = useInfiniteQuery({ ...processesQuery(asked), placeholderData: keepPreviousData })
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  return (
    <>
      <PageHeader title="Processes" actions={<TimeRange range={url} onChange={(range) => change({ ...range })} />} />
      <Toolbar>
        <SearchField label="Search name, path, command, user" value={text} onChange={(next) => change({ text: next })} />
        <Switch label="Only those that run" isOn={alive} onChange={(next) => change({ alive: next ? 'true' : undefined })} />
        {(['host', 'container'] as const).map((name) =>
          url[name] === undefined ? null : (
            <Button key={name} small icon={X} onClick={() => change({ [name]: undefined })}>
              {`${name} ${url[name]}`}
            </Button>
          ),
        )}
      </Toolbar>
      <FillingTable>
        <DataTable<StoredProcess>
          label="Processes"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ hostname, processKey }) => `${hostname}/${processKey}`}
          onOpen={({ hostname, processKey }) => router.history.push(processPath(hostname, processKey))}
          rowHref={({ hostname, processKey }) => processPath(hostname, processKey)}
          card={(process) => (
            <span className={classes.card}>
              <Name process={process} />
              <span className={classes.pid}>
                <Text value={process.cmdline} oneLine />
              </span>
            </span>
          )}
          isLoading={query.isPending}
          error={query.error}
          onRetry={query.refetch}
          hasMore={query.hasNextPage}
          isLoadingMore={query.isFetchingNextPage}
          onMore={query.fetchNextPage}
          empty={
            <EmptyState icon={Workflow} title={text === '' ? 'No process is known in this time' : 'No process is like that'}>
              Processes are kept with history: an agent with --no-history tells only of those in findings.
            </EmptyState>
          }
        />
      </FillingTable>
    </>
  )
}
