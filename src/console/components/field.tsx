import { type ComponentProps, type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'
import classes from './field.module.css'

interface FieldProps {
  readonly label: string
  /** What to write, under the field. */
  readonly hint?: ReactNode
  /** What is wrong with it; read aloud when it comes. */
  readonly error?: string | undefined
  /** The label is for those who do not see it: what it is stands beside it anyway. */
  readonly hideLabel?: boolean
}

/** What the control itself carries, so that label, hint and error belong to it. */
interface ControlProps {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
}

/** A control with its label, hint and error. Input, Select and TextArea are made with it. */
function Field({
  label,
  hint,
  error,
  hideLabel = false,
  children,
}: FieldProps & { readonly children: (control: ControlProps) => ReactNode }) {
  const id = useId()
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className={classes.field}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : classes.label}>
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error === undefined ? undefined : true })}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className={classes.hint}>
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p id={`${id}-error`} role="alert" className={classes.error}>
          {error}
        </p>
      )}
    </div>
  )
}

export function Input({
  label,
  hint,
  error,
  hideLabel,
  mono = false,
  className,
  ...rest
}: FieldProps & { readonly mono?: boolean } & Omit<ComponentProps<'input'>, 'id'>) {
  return (
    <Field label={label} {...optional({ hint, error, hideLabel })}>
      {(control) => <input type="text" {...rest} {...control} className={classNames(classes.control, mono && classes.mono, className)} />}
    </Field>
  )
}

export function TextArea({ label, hint, error, hideLabel, className, ...rest }: FieldProps & Omit<ComponentProps<'textarea'>, 'id'>) {
  return (
    <Field label={label} {...optional({ hint, error, hideLabel })}>
      {(control) => <textarea rows={3} {...rest} {...control} className={classNames(classes.control, classes.area, className)} />}
    </Field>
  )
}

export interface Option {
  readonly value: string
  readonly name: string
}

export interface SelectProps extends FieldProps, Omit<ComponentProps<'select'>, 'id' | 'children' | 'onChange'> {
  readonly options: readonly Option[]
  readonly onChange: (value: string) => void
}

export function Select({ label, hint, error, hideLabel, options, onChange, className, ...rest }: SelectProps) {
  return (
    <Field label={label} {...optional({ hint, error, hideLabel })}>
      {(control) => (
        <select
          {...rest}
          {...control}
          className={classNames(classes.control, classes.select, className)}
          onChange={(event) => onChange(event.target.value)}
        >
          {options.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** Leaves out what is undefined (exactOptionalPropertyTypes). */
function optional(given: {
  readonly hint: ReactNode
  readonly error: string | undefined
  readonly hideLabel: boolean | undefined
}): Omit<FieldProps, 'label'> {
  return {
    ...(given.hint === undefined ? {} : { hint: given.hint }),
    ...(given.error === undefined ? {} : { error: given.error }),
    ...(given.hideLabel === undefined ? {} : { hideLabel: given.hideLabel }),
  }
}
