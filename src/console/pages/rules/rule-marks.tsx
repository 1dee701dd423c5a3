import type { RuleSummary } from '../../../api/services.ts'
import { Badge } from '../../components/badge.tsx'
import { counted } from '../../format/numbers.ts'
import classes from './rules.module.css'

/** Whether it runs, whether that was changed here, and whether it was proven. */
export const RuleMarks = ({ rule: { enabled, shadow, proven, exceptions, overridden, origin } }: { readonly rule: RuleSummary }) => (
  <span className={classes.marks}>
    {!enabled ? <Badge>Off</Badge> : shadow ? <Badge tone="notice">Shadow</Badge> : <Badge tone="good">On</Badge>}
    {proven ? <Badge tip="Its attack was found on a real kernel, and nothing has changed since.">Proven</Badge> : null}
    {origin === 'local' ? <Badge tone="accent">Own</Badge> : null}
    {overridden ? (
      <Badge tone="accent" tip="Somebody changed here whether and how it runs.">
        Changed
      </Badge>
    ) : null}
    {exceptions === 0 ? null : <Badge>{counted(exceptions, 'exception')}</Badge>}
  </span>
)
