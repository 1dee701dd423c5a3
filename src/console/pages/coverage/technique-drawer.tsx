import { Link } from '@tanstack/react-router'
import type { CoverageReport } from '../../api/coverage.ts'
import { rulePath } from '../../app/paths.ts'
import { Drawer } from '../../components/dialog.tsx'
import { KeyValue } from '../../components/key-value.tsx'
import { Text } from '../../components/text.tsx'
import { counted } from '../../format/numbers.ts'
import classes from './coverage.module.css'
import { StateMark } from './state-mark.tsx'
import { tacticName } from './use-coverage.ts'

const ROBUSTNESS: Readonly<Record<string, string>> = {
  name: 'By the name of a tool: a renamed one is missed',
  mixed: 'By names and by behaviour: what it finds by name alone can be renamed',
  behaviour: 'By behaviour that an attacker cannot avoid',
}

/** A technique with the rules that look for it. */
export function TechniqueDrawer({
  report,
  id,
  onClose,
}: {
  readonly report: CoverageReport
  readonly id: string
  readonly onClose: () => void
}) {
  const technique = report.covered.find((one) => one.id === id)
  const gap = report.gaps.find((one) => one.id === id)
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={technique === undefined ? id : `${id} ${technique.name}`}
      detail={technique?.tactics.map(tacticName).join(', ')}
    >
      {technique === undefined ? (
        <p>This version of ATT&CK has no such technique for Linux or containers.</p>
      ) : (
        <>
          <KeyValue
            entries={[
              { name: 'State', value: <StateMark state={technique.state} /> },
              { name: 'Depth', value: technique.depth === 0 ? 'None' : `${counted(technique.depth, 'independent way')} to see it` },
              ...(technique.robustness === null
                ? []
                : [{ name: 'Best rule', value: ROBUSTNESS[technique.robustness] ?? technique.robustness }]),
              ...(technique.provenOn === null ? [] : [{ name: 'Proven on', value: technique.provenOn.slice(0, 10) }]),
              ...(gap === undefined || gap.reports.length === 0
                ? []
                : [
                    {
                      name: 'In reports',
                      value: gap.reports.map(({ source, year, rank }) => `${source} ${year}: place ${rank}`).join('; '),
                    },
                  ]),
            ]}
          />
          <h3 className={classes.rulesTitle}>
            {technique.rules.length === 0 ? 'No rule looks for it' : counted(technique.rules.length, 'rule')}
          </h3>
          <ul className={classes.rules}>
            {technique.rules.map((rule) => (
              <li key={rule}>
                <Link to={rulePath(rule) as string}>
                  <Text value={rule} />
                </Link>
              </li>
            ))}
          </ul>
          <p>
            <a href={`https://attack.mitre.org/techniques/${id.replace('.', '/')}/`} target="_blank" rel="noreferrer">
              What MITRE says of it
            </a>
          </p>
        </>
      )}
    </Drawer>
  )
}
