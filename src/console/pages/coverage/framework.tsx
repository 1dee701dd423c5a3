import { Link } from '@tanstack/react-router'
import type { FrameworkCoverage } from '../../api/coverage.ts'
import { rulePath } from '../../app/paths.ts'
import { Text } from '../../components/text.tsx'
import { counted } from '../../format/numbers.ts'
import classes from './coverage.module.css'
import { StateMark } from './state-mark.tsx'

/** The entries of ATLAS or of an OWASP list, with the rules that name them. */
export function Framework({ entries }: { readonly entries: readonly FrameworkCoverage[] }) {
  return (
    <ul className={classes.list}>
      {entries.map(({ id, name, state, rules }) => (
        <li key={id} className={classes.entry}>
          <span className={classes.id}>{id}</span>
          <span className={classes.name}>{name}</span>
          {rules.length === 0 ? (
            <span className={classes.reports}>no rule</span>
          ) : (
            <details className={classes.reports}>
              <summary>{counted(rules.length, 'rule')}</summary>
              <ul className={classes.rules}>
                {rules.map((rule) => (
                  <li key={rule}>
                    <Link to={rulePath(rule) as string}>
                      <Text value={rule} />
                    </Link>
                  </li>
                ))}
              </ul>
            </details>
          )}
          <StateMark state={state} />
        </li>
      ))}
    </ul>
  )
}
