import { useRouter } from '@tanstack/react-router'
import { BookOpenCheck, Plus, X } from 'lucide-react'
import type { RuleSummary } from '../../../api/services.ts'
import { PRIORITIES, type Priority } from '../../../findings/finding.ts'
import { PRIORITY_LABEL } from '../../../findings/priority.ts'
import { rulePath } from '../../app/paths.ts'
import { useMay } from '../../app/session-context.ts'
import { Button } from '../../components/button.tsx'
import { Choice } from '../../components/choice.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Select } from '../../components/field.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { FillingTable, Toolbar } from '../../components/toolbar.tsx'
import { counted } from '../../format/numbers.ts'
import { RULE_COLUMNS, RuleCard } from './columns.tsx'
import { useRules } from './use-rules.ts'

const CHOICES = [
  { value: 'all', name: 'All' },
  { value: 'on', name: 'On' },
  { value: 'off', name: 'Off' },
  { value: 'shadow', name: 'Shadow' },
  { value: 'changed', name: 'Changed' },
  { value: 'local', name: 'Own' },
] as const

const ANY = { value: '', name: 'Any priority' }

/** What is looked for. */
export function Rules() {
  const { url, change, query, rows } = useRules()
  const router = useRouter()
  const mayWrite = useMay('responder')
  const marks = [...url.tag.map((tag) => ({ name: 'tag', value: tag })), ...url.technique.map((id) => ({ name: 'technique', value: id }))]
  return (
    <>
      <PageHeader
        title="Rules"
        detail={
          query.data === undefined
            ? ' '
            : `${counted(query.data.filter(({ enabled, shadow }) => enabled && !shadow).length, 'rule')} on, of ${query.data.length}`
        }
        actions={
          mayWrite ? (
            <Button look="primary" icon={Plus} onClick={() => router.history.push('/rule-editor')}>
              New rule
            </Button>
          ) : undefined
        }
      />
      <Toolbar>
        <SearchField label="Search rules" value={url.text} onChange={(text) => change({ text })} />
        <Choice
          label="State"
          value={url.choice}
          options={CHOICES}
          onChange={(show) => change({ show: show === 'all' ? undefined : show })}
        />
        <Select
          label="Priority"
          hideLabel
          value={url.priority[0] ?? ''}
          options={[ANY, ...PRIORITIES.map((priority: Priority) => ({ value: priority, name: PRIORITY_LABEL[priority] }))]}
          onChange={(priority) => change({ priority })}
        />
        {marks.map(({ name, value }) => (
          <Button key={`${name} ${value}`} small icon={X} onClick={() => change({ [name]: undefined })}>
            {`${name} ${value}`}
          </Button>
        ))}
      </Toolbar>
      <FillingTable>
        <DataTable<RuleSummary>
          label="Rules"
          columns={RULE_COLUMNS}
          rows={rows}
          rowKey={({ name }) => name}
          onOpen={({ name }) => router.history.push(rulePath(name))}
          rowHref={({ name }) => rulePath(name)}
          card={(rule) => <RuleCard rule={rule} />}
          isLoading={query.isPending}
          error={query.error}
          onRetry={query.refetch}
          empty={
            <EmptyState icon={BookOpenCheck} title="No rule is like that">
              Search by name, what it looks for, tag or technique.
            </EmptyState>
          }
        />
      </FillingTable>
    </>
  )
}
