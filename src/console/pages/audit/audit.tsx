import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import { useMemo } from 'react'
import type { AuditEntry } from '../../../store/access-store.ts'
import { auditQuery, auditVerificationQuery } from '../../api/audit.ts'
import { usersQuery } from '../../api/users.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'
import { Badge } from '../../components/badge.tsx'
import type { Column } from '../../components/data-table.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Drawer } from '../../components/dialog.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Select } from '../../components/field.tsx'
import { KeyValue } from '../../components/key-value.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { FillingTable, Toolbar } from '../../components/toolbar.tsx'
import { wholeNumber } from '../../format/numbers.ts'

const COLUMNS: readonly Column<AuditEntry>[] = [
  { id: 'time', header: 'Time', width: '120px', cell: ({ timeNs }) => <Time ns={timeNs} inRow /> },
  { id: 'user', header: 'Who', width: 'minmax(90px, 0.7fr)', cell: ({ userName }) => <Text value={userName} oneLine /> },
  { id: 'action', header: 'Did what', width: 'minmax(150px, 1fr)', cell: ({ action }) => <Text value={action} oneLine mono /> },
  { id: 'target', header: 'To what', width: 'minmax(160px, 2fr)', cell: ({ target }) => <Text value={target} oneLine /> },
  { id: 'address', header: 'From', width: 'minmax(100px, 0.7fr)', cell: ({ address }) => <Text value={address} oneLine mono /> },
  { id: 'number', header: 'Number', width: '70px', align: 'end', cell: ({ number }) => number },
]

const parse = (search: Search) => ({ user: oneOf(search, 'user'), action: oneOf(search, 'action'), entry: oneOf(search, 'entry') })

/** Every change by a person and every login, each chained to the one before. */
export function Audit() {
  const [{ user, action, entry }, change] = useUrlState(parse)
  const query = useInfiniteQuery(auditQuery({ user, action }))
  const users = useQuery(usersQuery)
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const open = rows.find(({ number }) => String(number) === entry)
  return (
    <>
      <PageHeader title="Audit" detail={<Chain />} />
      <Toolbar>
        <SearchField label="Action, as a whole: rule.state" value={action ?? ''} onChange={(next) => change({ action: next })} />
        <Select
          label="Who"
          hideLabel
          value={user ?? ''}
          options={[{ value: '', name: 'Anybody' }, ...(users.data ?? []).map(({ id, name }) => ({ value: id, name }))]}
          onChange={(next) => change({ user: next })}
        />
      </Toolbar>
      <FillingTable>
        <DataTable<AuditEntry>
          label="Audit log"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ number }) => String(number)}
          openKey={entry}
          onOpen={({ number }) => change({ entry: String(number) }, { push: true })}
          card={(one) => (
            <>
              <Text value={`${one.userName}: ${one.action}`} oneLine />
              <Text value={one.target} oneLine />
            </>
          )}
          isLoading={query.isPending}
          error={query.error}
          onRetry={query.refetch}
          hasMore={query.hasNextPage}
          isLoadingMore={query.isFetchingNextPage}
          onMore={query.fetchNextPage}
          empty={
            <EmptyState icon={ScrollText} title="Nobody did such a thing">
              Actions are named as in the API: rule.state, rule.exception.add, session.login.
            </EmptyState>
          }
        />
      </FillingTable>
      {open === undefined ? null : <EntryDrawer entry={open} onClose={() => change({ entry: undefined })} />}
    </>
  )
}

/** Whether the log is as it was written. */
function Chain() {
  const { data } = useQuery(auditVerificationQuery)
  if (data === undefined) return '\u00a0'
  return data.ok ? (
    <Badge tone="good" tip={`The last hash: ${data.hash}`}>{`${wholeNumber(data.entries)} entries, the chain is whole`}</Badge>
  ) : (
    <Badge tone="critical">{`The chain is broken at entry ${data.brokenAt ?? '?'}`}</Badge>
  )
}

function EntryDrawer({ entry, onClose }: { readonly entry: AuditEntry; readonly onClose: () => void }) {
  const { number, timeNs, userName, address, action, target, detail, hash, previousHash } = entry
  const mono = (value: string) => <Text value={value} mono keepLines />
  return (
    <Drawer isOpen onClose={onClose} title={`Entry ${number}`} detail={action}>
      <KeyValue
        entries={[
          { name: 'time', value: <Time ns={timeNs} as="full" /> },
          { name: 'who', value: <Text value={userName} /> },
          { name: 'from', value: mono(address) },
          { name: 'to what', value: <Text value={target} /> },
          ...Object.entries(detail).map(([name, value]) => ({
            name,
            value: mono(typeof value === 'string' ? value : JSON.stringify(value)),
          })),
          { name: 'hash', value: mono(hash) },
          { name: 'hash before', value: mono(previousHash) },
        ]}
      />
    </Drawer>
  )
}
