import { classNames } from './class-names.ts'
import risk from './risk.module.css'
import { riskTone } from './risk.tsx'
import classes from './risk-bar.module.css'

/** The risk of an incident in a row: the number and how far it fills. */
export function RiskBar({ risk: value }: { readonly risk: number }) {
  const shown = Math.max(0, Math.min(100, Math.round(value)))
  return (
    <span className={classNames(classes.bar, risk[riskTone(value)])}>
      <span className={classes.number}>{shown}</span>
      <span className={classes.track} aria-hidden>
        <span className={classes.filled} style={{ width: `${shown}%` }} />
      </span>
    </span>
  )
}
