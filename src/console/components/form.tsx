import type { ReactNode, SubmitEvent } from 'react'
import { problemOf } from '../api/problem.ts'
import classes from './form.module.css'
import { Text } from './text.tsx'

export interface FormProps {
  readonly label: string
  readonly onSubmit: () => void
  /** What went wrong with the last try; stands above the button. */
  readonly error?: unknown
  readonly children: ReactNode
  /** The buttons. */
  readonly foot: ReactNode
}

/** Fields, what was wrong, and the button that sends them; Enter does, too. */
export function Form({ label, onSubmit, error, children, foot }: FormProps) {
  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form aria-label={label} className={classes.form} onSubmit={submit}>
      {children}
      {error === undefined || error === null ? null : <FormError error={error} />}
      {foot}
    </form>
  )
}

function FormError({ error }: { readonly error: unknown }) {
  const { detail, fix } = problemOf(error)
  return (
    <div role="alert" className={classes.error}>
      <p>
        <Text value={detail} />
      </p>
      {fix === undefined ? null : (
        <p>
          <Text value={fix} />
        </p>
      )}
    </div>
  )
}
