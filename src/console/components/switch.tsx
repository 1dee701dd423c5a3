import { useId } from 'react'
import classes from './switch.module.css'

export interface SwitchProps {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  readonly disabled?: boolean
  readonly hideLabel?: boolean
}

/** On or off, at once (no Save). */
export function Switch({ label, isOn, onChange, disabled = false, hideLabel = false }: SwitchProps) {
  const id = useId()
  return (
    <span className={classes.around}>
      <button
        type="button"
        role="switch"
        id={id}
        aria-checked={isOn}
        aria-label={hideLabel ? label : undefined}
        aria-labelledby={hideLabel ? undefined : `${id}-label`}
        disabled={disabled}
        className={classes.track}
        onClick={(event) => {
          event.stopPropagation()
          onChange(!isOn)
        }}
      >
        <span className={classes.thumb} />
      </button>
      {hideLabel ? null : (
        <label id={`${id}-label`} htmlFor={id}>
          {label}
        </label>
      )}
    </span>
  )
}
