import { RotateCw, TriangleAlert } from 'lucide-react'
import { problemOf } from '../api/problem.ts'
import { Button } from './button.tsx'
import classes from './error-state.module.css'
import { Text } from './text.tsx'

export interface ErrorStateProps {
  readonly error: unknown
  /** Tries once more; undefined where that makes no sense. */
  readonly onRetry?: (() => unknown) | undefined
}

/** Something could not be had: what the server said, its code, and what to do about it. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { title, detail, fix, code, status } = problemOf(error)
  const isDenied = status === 403
  return (
    <div role="alert" className={classes.error}>
      <TriangleAlert size={18} strokeWidth={1.8} aria-hidden />
      <div className={classes.words}>
        <p className={classes.title}>{isDenied ? 'Your role may not see this' : title}</p>
        <p>
          <Text value={detail} />
        </p>
        {fix === undefined ? null : (
          <p className={classes.fix}>
            <Text value={fix} />
          </p>
        )}
        <p className={classes.foot}>
          <code>{code}</code>
          {onRetry === undefined ? null : (
            <Button small icon={RotateCw} onClick={() => void onRetry()}>
              Try again
            </Button>
          )}
        </p>
      </div>
    </div>
  )
}
