import { useQuery } from '@tanstack/react-query'
import { Radar } from 'lucide-react'
import { useMemo } from 'react'
import type { SensorReport } from '../../../findings/sensor-record.ts'
import { sensorsQuery } from '../../api/sensors.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'
import type { Column } from '../../components/data-table.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { SensorHealthBadge, sensorHealth } from '../../components/sensor-health.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { FillingTable, Toolbar } from '../../components/toolbar.tsx'
import { useNow } from '../../format/now.ts'
import { counted, percent, wholeNumber } from '../../format/numbers.ts'
import { SensorDrawer } from './sensor-drawer.tsx'
import classes from './sensors.module.css'

const COLUMNS: readonly Column<SensorReport>[] = [
  { id: 'host', header: 'Host', width: 'minmax(130px, 1.5fr)', cell: ({ hostname }) => <Text value={hostname} oneLine /> },
  { id: 'health', header: 'Health', width: '128px', cell: (report) => <Health report={report} /> },
  {
    id: 'filtered',
    header: 'Filtered',
    width: '76px',
    align: 'end',
    cell: ({ totals }) => percent(totals.seen === 0 ? 0 : totals.filtered / totals.seen),
  },
  { id: 'kept', header: 'Events kept', width: '104px', align: 'end', cell: ({ totals }) => wholeNumber(totals.kept) },
  { id: 'lost', header: 'Lost', width: '76px', align: 'end', cell: ({ totals }) => wholeNumber(totals.lost) },
  { id: 'findings', header: 'Findings', width: '76px', align: 'end', cell: ({ totals }) => wholeNumber(totals.findings) },
  { id: 'rules', header: 'Rules', width: '60px', align: 'end', cell: ({ rules }) => rules },
  { id: 'version', header: 'Version', width: 'minmax(70px, 0.6fr)', cell: ({ version }) => <Text value={version} oneLine /> },
  { id: 'heard', header: 'Last heard', width: '100px', align: 'end', cell: ({ timeNs }) => <Time ns={timeNs} as="ago" inRow /> },
]

const parse = (search: Search) => ({ host: oneOf(search, 'host'), text: oneOf(search, 'text') ?? '' })

const Health = ({ report }: { readonly report: SensorReport }) => <SensorHealthBadge health={sensorHealth(report, useNow())} />

/** The agents: whether what happens is seen, and what that costs. */
export function Sensors() {
  const [{ host, text }, change] = useUrlState(parse)
  const query = useQuery(sensorsQuery)
  const rows = useMemo(
    () => (query.data ?? []).filter(({ hostname }) => hostname.toLowerCase().includes(text.toLowerCase())),
    [query.data, text],
  )
  const open = query.data?.find(({ hostname }) => hostname === host)
  return (
    <>
      <PageHeader title="Sensors" detail={query.data === undefined ? '\u00a0' : counted(query.data.length, 'sensor')} />
      <Toolbar>
        <SearchField label="Search hosts" value={text} onChange={(next) => change({ text: next })} />
      </Toolbar>
      <FillingTable>
        <DataTable<SensorReport>
          label="Sensors"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ hostname }) => hostname}
          openKey={host}
          onOpen={({ hostname }) => change({ host: hostname }, { push: true })}
          card={(report) => (
            <span className={classes.card}>
              <span className={classes.head}>
                <Text value={report.hostname} oneLine />
                <Health report={report} />
              </span>
              <span className={classes.facts}>{`${wholeNumber(report.totals.kept)} kept, ${wholeNumber(report.totals.lost)} lost`}</span>
            </span>
          )}
          isLoading={query.isPending}
          error={query.error}
          onRetry={query.refetch}
          empty={
            <EmptyState icon={Radar} title={text === '' ? 'No sensor has reported' : 'No host is called so'}>
              A sensor runs on a host as root: sudo ./tarsier run. It reports every few seconds.
            </EmptyState>
          }
        />
      </FillingTable>
      {open === undefined ? null : <SensorDrawer report={open} onClose={() => change({ host: undefined })} />}
    </>
  )
}
