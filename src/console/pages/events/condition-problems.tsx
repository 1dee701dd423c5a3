import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ApiDiagnostic } from '../../../api/services.ts'
import { Text } from '../../components/text.tsx'
import classes from './condition-bar.module.css'

const MOST = 3

export interface ConditionProblemsProps {
  readonly id: string
  readonly diagnostics: readonly ApiDiagnostic[]
  /** Puts the cursor there. */
  readonly onGoTo: (diagnostic: ApiDiagnostic) => void
}

/** What is wrong in the condition, in words, and how to mend it. */
export function ConditionProblems({ id, diagnostics, onGoTo }: ConditionProblemsProps) {
  const more = diagnostics.length - MOST
  return (
    <div id={id} role="status" className={classes.problems}>
      {diagnostics.slice(0, MOST).map((diagnostic) => {
        const Icon = diagnostic.severity === 'error' ? CircleAlert : TriangleAlert
        return (
          <button
            key={`${diagnostic.line}:${diagnostic.column}:${diagnostic.code}`}
            type="button"
            className={classes.problem}
            data-severity={diagnostic.severity}
            onClick={() => onGoTo(diagnostic)}
          >
            <Icon size={13} aria-hidden />
            <span>
              <Text value={diagnostic.message} />
              {typeof diagnostic.hint === 'string' ? (
                <span className={classes.hint}>
                  {' '}
                  <Text value={diagnostic.hint} />
                </span>
              ) : null}
            </span>
          </button>
        )
      })}
      {more > 0 ? <p className={classes.hint}>{more} more</p> : null}
    </div>
  )
}
