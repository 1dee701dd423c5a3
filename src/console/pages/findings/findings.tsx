import { ShieldAlert, X } from 'lucide-react'
import type { StoredFinding } from '../../../store/state-store.ts'
import { findingPath } from '../../app/paths.ts'
import { Button } from '../../components/button.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FacetList } from '../../components/facet-list.tsx'
import { Faceted } from '../../components/faceted.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PRIORITY_SERIES } from '../../components/priority-series.ts'
import { SavedSearches } from '../../components/saved-searches.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { StackedBars } from '../../components/stacked-bars.tsx'
import { TimeRange } from '../../components/time-range.tsx'
import { FillingTable, Toolbar } from '../../components/toolbar.tsx'
import { counted, wholeNumber } from '../../format/numbers.ts'
import { FINDING_COLUMNS, FindingRowCard } from './columns.tsx'
import { FindingDrawer } from './finding-drawer.tsx'
import { FACETS, useFindings } from './use-findings.ts'

const NO_FILTERS = { ...Object.fromEntries(FACETS.map(({ parameter }) => [parameter, undefined])), incident: undefined, process: undefined }

/** Every finding, narrowed by time, words and facets. */
export function Findings() {
  const { url, change, list, facets, rows, histogram, fresh, showFresh } = useFindings()
  const chosen = FACETS.reduce((sum, { parameter }) => sum + url[parameter].length, 0)
  const total = facets.data?.total
  const isNarrowed = chosen > 0 || url.text !== '' || url.incident !== undefined || url.process !== undefined
  return (
    <>
      <PageHeader
        title="Findings"
        detail={total === undefined ? '\u00a0' : `${wholeNumber(total)} in this time`}
        actions={
          <>
            <SavedSearches path="/findings" />
            <TimeRange range={url} onChange={(range) => change({ ...range })} />
          </>
        }
      />
      <StackedBars
        label="Findings over time"
        series={PRIORITY_SERIES}
        bars={histogram.bars}
        stepNs={histogram.stepNs}
        height={52}
        onChoose={(fromNs, toNs) => change({ from: isoOf(fromNs), to: isoOf(toNs) }, { push: true })}
      />
      <Toolbar
        end={
          fresh === 0 ? undefined : (
            <Button small look="primary" onClick={showFresh}>
              {`Show ${counted(fresh, 'new finding')}`}
            </Button>
          )
        }
      >
        <SearchField label="Search findings" value={url.text} onChange={(text) => change({ text })} />
        {(['incident', 'process'] as const).map((name) =>
          url[name] === undefined ? null : (
            <Button key={name} small icon={X} onClick={() => change({ [name]: undefined })}>
              {`${name} ${url[name]}`}
            </Button>
          ),
        )}
      </Toolbar>
      <Faceted
        chosen={chosen}
        onClear={() => change(NO_FILTERS)}
        facets={FACETS.map(({ facet, parameter, title }) => (
          <FacetList
            key={facet}
            title={title}
            values={facets.data?.facets[facet]}
            selected={url[parameter]}
            onToggle={(value) => change({ [parameter]: toggled(url[parameter], value) })}
          />
        ))}
      >
        <FillingTable>
          <DataTable<StoredFinding>
            label="Findings"
            columns={FINDING_COLUMNS}
            rows={rows}
            rowKey={({ id }) => id}
            openKey={url.finding}
            onOpen={({ id }) => change({ finding: id }, { push: true })}
            rowHref={({ id }) => findingPath(id)}
            card={(finding) => <FindingRowCard finding={finding} />}
            isLoading={list.isPending}
            error={list.error}
            onRetry={list.refetch}
            hasMore={list.hasNextPage}
            isLoadingMore={list.isFetchingNextPage}
            onMore={list.fetchNextPage}
            total={total}
            empty={
              <EmptyState
                icon={ShieldAlert}
                title={isNarrowed ? 'No finding is like that' : 'Nothing was found in this time'}
                actions={isNarrowed ? <Button onClick={() => change({ ...NO_FILTERS, text: undefined })}>Show all</Button> : undefined}
              >
                Rules watch all the time. To see one fire: cp /bin/cat /tmp/notes && /tmp/notes /etc/shadow
              </EmptyState>
            }
          />
        </FillingTable>
      </Faceted>
      {url.finding === undefined ? null : <FindingDrawer id={url.finding} onClose={() => change({ finding: undefined })} />}
    </>
  )
}

const isoOf = (ns: number): string => new Date(ns / 1e6).toISOString()

const toggled = (values: readonly string[], value: string): readonly string[] =>
  values.includes(value) ? values.filter((one) => one !== value) : [...values, value]
