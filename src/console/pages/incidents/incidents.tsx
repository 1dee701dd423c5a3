import { useRouter } from '@tanstack/react-router'
import { Siren, X } from 'lucide-react'
import type { Incident } from '../../../findings/incident.ts'
import { incidentPath } from '../../app/paths.ts'
import { Button } from '../../components/button.tsx'
import { Choice } from '../../components/choice.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { Switch } from '../../components/switch.tsx'
import { TimeRange } from '../../components/time-range.tsx'
import { FillingTable, Toolbar } from '../../components/toolbar.tsx'
import { INCIDENT_COLUMNS, IncidentCard } from './columns.tsx'
import { USUAL_RANGE, useIncidents } from './use-incidents.ts'

export function Incidents() {
  const { state, change, query, rows } = useIncidents()
  const router = useRouter()
  const isNarrowed = state.text !== '' || state.mine || state.host.length > 0
  return (
    <>
      <PageHeader title="Incidents" actions={<TimeRange range={state} usual={USUAL_RANGE} onChange={(range) => change({ ...range })} />} />
      <Toolbar
        end={
          <Choice
            label="Order"
            value={state.order}
            onChange={(order) => change({ order: order === 'risk' ? undefined : order })}
            options={[
              { value: 'risk', name: 'By risk' },
              { value: 'last', name: 'Latest first' },
            ]}
          />
        }
      >
        <SearchField label="Search incidents" value={state.text} onChange={(text) => change({ text })} />
        <Choice
          label="State"
          value={state.choice}
          onChange={(choice) => change({ state: choice === 'open' ? undefined : choice })}
          options={[
            { value: 'open', name: 'Open' },
            { value: 'closed', name: 'Closed' },
            { value: 'all', name: 'All' },
          ]}
        />
        <Switch label="Mine" isOn={state.mine} onChange={(mine) => change({ mine: mine ? 'true' : undefined })} />
        {state.host.map((host) => (
          <Button key={host} small icon={X} onClick={() => change({ host: state.host.filter((one) => one !== host) })}>
            {`host ${host}`}
          </Button>
        ))}
      </Toolbar>
      <FillingTable>
        <DataTable<Incident>
          label="Incidents"
          columns={INCIDENT_COLUMNS}
          rows={rows}
          rowKey={({ id }) => id}
          onOpen={({ id }) => router.history.push(incidentPath(id))}
          rowHref={({ id }) => incidentPath(id)}
          card={(incident) => <IncidentCard incident={incident} />}
          isLoading={query.isPending}
          error={query.error}
          onRetry={query.refetch}
          hasMore={query.hasNextPage}
          isLoadingMore={query.isFetchingNextPage}
          onMore={query.fetchNextPage}
          empty={
            <EmptyState
              icon={Siren}
              title={isNarrowed ? 'No incident is like that' : state.choice === 'open' ? 'No open incidents' : 'No incidents in this time'}
              actions={
                isNarrowed ? (
                  <Button onClick={() => change({ text: undefined, mine: undefined, host: undefined })}>Show all</Button>
                ) : undefined
              }
            >
              Findings that hang together by process, container or session become one incident by themselves.
            </EmptyState>
          }
        />
      </FillingTable>
    </>
  )
}
