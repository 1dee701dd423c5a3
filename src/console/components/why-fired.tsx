import { Check, Minus } from 'lucide-react'
import type { FindingReason } from '../../findings/finding.ts'
import { EmptyState } from './empty-state.tsx'
import { Text } from './text.tsx'
import classes from './why-fired.module.css'

/** The checks of the rule that were run for the match, with the value that each saw: why it is a finding. */
export function WhyFired({ why }: { readonly why: readonly FindingReason[] }) {
  if (why.length === 0) {
    return (
      <EmptyState small icon={Minus} title="No checks were kept">
        Tarsier says this about itself, or the finding is of an agent that did not tell yet.
      </EmptyState>
    )
  }
  return (
    <ol className={classes.list}>
      {why.map(({ check, value, held, macros }, index) => (
        <li key={`${index}`} className={classes.reason} data-held={held}>
          <span
            className={classes.mark}
            data-tip={held ? 'It held' : 'It did not hold: it stands under a “not”, or beside another of an “or” that did'}
          >
            {held ? <Check size={13} strokeWidth={2.4} aria-hidden /> : <Minus size={13} strokeWidth={2.4} aria-hidden />}
            <span className="visually-hidden">{held ? 'Held:' : 'Did not hold:'}</span>
          </span>
          <div className={classes.words}>
            {macros.length === 0 ? null : (
              <p className={classes.macros}>
                in <Text value={macros.join(' › ')} />
              </p>
            )}
            <p className={classes.check}>
              <Text value={check} mono />
            </p>
            <p className={classes.value}>
              saw <Text value={value} mono />
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}
