import type { PreventionRule, SensorPrevention } from '../../../findings/sensor-record.ts'
import { KeyValue } from '../../components/key-value.tsx'
import { Text } from '../../components/text.tsx'
import { counted, wholeNumber } from '../../format/numbers.ts'
import classes from './sensors.module.css'

const MODES: Readonly<Record<SensorPrevention['mode'], string>> = {
  off: 'Off',
  'dry-run': 'Dry run: all is allowed, and told',
  act: 'Acts',
}

/** What of the counters says something to people; the others are in the metrics. */
const COUNTERS: Readonly<Record<string, string>> = {
  denied: 'denied',
  blocked: 'of them blocked files',
  wouldDeny: 'would have been denied',
  deniedByKernel: 'denied by the kernel itself',
  wouldDenyByKernel: 'would have been denied by the kernel itself',
  timedOut: 'allowed: no answer in time',
  failedOpen: 'allowed: nobody could tell',
  untold: 'not told',
}

/** What is enforced by what, and what cannot be. */
export function PreventionSection({ prevention }: { readonly prevention: SensorPrevention }) {
  const { mode, inForce, counters, rules, rulesLeft, watched, unwatched } = prevention
  const facts = [
    { name: 'mode', value: MODES[mode] },
    { name: 'helper', value: inForce ? 'in force' : 'not in force' },
    { name: 'file systems', value: `${wholeNumber(watched)} watched` },
    ...counters.flatMap(({ name, count }) => (COUNTERS[name] === undefined ? [] : [{ name: COUNTERS[name], value: wholeNumber(count) }])),
  ]
  return (
    <section aria-labelledby="prevention" className={classes.prevention}>
      <h3 id="prevention">Prevention</h3>
      {rules.length === 0 && counters.length === 0 ? (
        <p className={classes.facts}>No rule is marked prevent.</p>
      ) : (
        <KeyValue entries={facts} />
      )}
      <ul className={classes.rules}>
        {rules.map((one) => (
          <EnforcedRule key={`${one.rule} ${one.kind}`} rule={one} />
        ))}
      </ul>
      {rulesLeft === 0 ? null : <p className={classes.facts}>{`and ${counted(rulesLeft, 'more line')}`}</p>}
      {unwatched.length === 0 ? null : (
        <section className={classes.note}>
          <h3>File systems that could not be watched</h3>
          <ul className={classes.rules}>
            {unwatched.map(({ path, reason }) => (
              <li key={path}>
                <Text value={path} />
                {': '}
                <Text value={reason} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </section>
  )
}

function EnforcedRule({ rule: { rule, kind, enforced, how } }: { readonly rule: PreventionRule }) {
  return (
    <li className={enforced ? undefined : classes.note}>
      <Text value={rule} />
      <span className={classes.facts}>
        {enforced ? ` ${kind ?? ''} by ` : ' cannot be enforced: '}
        <Text value={how} />
      </span>
    </li>
  )
}
