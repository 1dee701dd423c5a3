import { CircleCheck } from 'lucide-react'
import type { CoverageReport } from '../../api/coverage.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import classes from './coverage.module.css'
import { StateMark } from './state-mark.tsx'

/** What is not proven, that which attackers use most first. */
export function Gaps({ gaps, onOpen }: { readonly gaps: CoverageReport['gaps']; readonly onOpen: (technique: string) => void }) {
  if (gaps.length === 0) return <EmptyState icon={CircleCheck} title="Every technique is proven" />
  return (
    <ul className={classes.list}>
      {gaps.map(({ id, name, state, reports }) => (
        <li key={id}>
          <button type="button" className={classes.row} onClick={() => onOpen(id)}>
            <span className={classes.id}>{id}</span>
            <span className={classes.name}>{name}</span>
            <span className={classes.reports}>
              {reports.length === 0 ? 'in no list of frequent ones' : reports.map(({ source, rank }) => `${source} #${rank}`).join(', ')}
            </span>
            <StateMark state={state} />
          </button>
        </li>
      ))}
    </ul>
  )
}
