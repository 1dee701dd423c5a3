import { Link } from '@tanstack/react-router'
import { useTechniqueName } from '../api/technique-names.ts'
import classes from './technique-chip.module.css'

export interface TechniqueChipProps {
  /** `T1059.004`. */
  readonly id: string
  /** With its name behind it; else the name stands in the tip. */
  readonly withName?: boolean
}

/** A technique of ATT&CK; leads to where it stands in the coverage. */
export function TechniqueChip({ id, withName = false }: TechniqueChipProps) {
  const name = useTechniqueName(id)
  return (
    <Link to={'/coverage' as string} search={{ technique: id } as never} className={classes.chip} data-tip={withName ? undefined : name}>
      <span className={classes.id}>{id}</span>
      {withName && name !== undefined ? <span>{name}</span> : null}
    </Link>
  )
}
