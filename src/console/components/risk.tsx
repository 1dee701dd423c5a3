import type { Tone } from './badge.tsx'
import { classNames } from './class-names.ts'
import classes from './risk.module.css'

/** From where on a risk looks how: beside the number, for those who read colours. */
export const riskTone = (risk: number): Tone =>
  risk >= 80 ? 'critical' : risk >= 60 ? 'error' : risk >= 40 ? 'warning' : risk >= 20 ? 'notice' : 'info'

const RADIUS = 15
const ROUND = 2 * Math.PI * RADIUS

/** The risk of an incident, 0 to 100, in a ring that fills. */
export function Risk({ risk, large = false }: { readonly risk: number; readonly large?: boolean }) {
  const size = large ? 52 : 36
  const shown = Math.max(0, Math.min(100, Math.round(risk)))
  return (
    <span
      className={classNames(classes.risk, classes[riskTone(risk)], large && classes.large)}
      data-tip={`Risk ${shown} of 100: what its findings weigh together`}
    >
      <svg width={size} height={size} viewBox="0 0 36 36" aria-hidden>
        <circle cx="18" cy="18" r={RADIUS} className={classes.track} />
        <circle
          cx="18"
          cy="18"
          r={RADIUS}
          className={classes.arc}
          strokeDasharray={`${(shown / 100) * ROUND} ${ROUND}`}
          transform="rotate(-90 18 18)"
        />
      </svg>
      <span className={classes.number}>
        <span className="visually-hidden">Risk </span>
        {shown}
      </span>
    </span>
  )
}
