import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { StoredFinding } from '../../store/state-store.ts'
import { eventsPath, incidentPath, processPath, rulePath } from '../app/paths.ts'
import { counted } from '../format/numbers.ts'
import { Badge } from './badge.tsx'
import { CopyText } from './copy-button.tsx'
import classes from './finding-detail.module.css'
import { KeyValue, type KeyValueEntry } from './key-value.tsx'
import { Lineage } from './lineage.tsx'
import { Severity } from './severity.tsx'
import { TechniqueChip } from './technique-chip.tsx'
import { Text } from './text.tsx'
import { Time } from './time.tsx'
import { WhyFired } from './why-fired.tsx'

/** All that is known of a finding: what was found, why it fired, where it comes from, and the ways on. */
export function FindingDetail({ finding, actions }: { readonly finding: StoredFinding; readonly actions?: ReactNode }) {
  return (
    <div className={classes.detail}>
      <div className={classes.head}>
        <p className={classes.facts}>
          <Severity priority={finding.priority} />
          <Time ns={finding.timeNs} as="full" />
          {finding.count > 1 ? <Badge tip="Equal findings were folded into one">{counted(finding.count, 'time')}</Badge> : null}
          {finding.excepted ? (
            <Badge tone="good" tip="Its rule has an exception by now that would have kept it silent">
              Excepted since
            </Badge>
          ) : null}
        </p>
        <p className={classes.output}>
          <CopyText text={finding.output} what="Copy output">
            <Text value={finding.output} />
          </CopyText>
        </p>
        {finding.attack.length === 0 ? null : (
          <p className={classes.techniques}>
            {finding.attack.map(({ id }) => (
              <TechniqueChip key={id} id={id} withName />
            ))}
          </p>
        )}
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </div>
      <Section title="Why it fired">
        <WhyFired why={finding.why} />
      </Section>
      <Section title="Facts">
        <KeyValue entries={factsOf(finding)} />
      </Section>
      {finding.lineage.length === 0 ? null : (
        <Section title="Who started it">
          <Lineage hostname={finding.hostname} lineage={finding.lineage} />
        </Section>
      )}
    </div>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      {children}
    </section>
  )
}

function factsOf(finding: StoredFinding): readonly KeyValueEntry[] {
  const { hostname, processKey, containerId, incidentId, outputFields, timeNs } = finding
  const around = { from: new Date(timeNs / 1e6 - 60_000).toISOString(), to: new Date(timeNs / 1e6 + 60_000).toISOString() }
  const isKnown = (value: unknown): value is string => typeof value === 'string'
  return [
    { name: 'rule', value: <Link to={rulePath(finding.rule)}>{<Text value={finding.rule} />}</Link> },
    { name: 'host', value: <Text value={hostname} /> },
    ...(isKnown(containerId) ? [{ name: 'container', value: copied(containerId) }] : []),
    ...(isKnown(processKey) ? [{ name: 'process', value: <Link to={processPath(hostname, processKey)}>{processKey}</Link> }] : []),
    ...(isKnown(incidentId) ? [{ name: 'incident', value: <Link to={incidentPath(incidentId)}>Open the incident</Link> }] : []),
    {
      name: 'events',
      value: <Link to={eventsPath({ ...around, host: [hostname], process: processKey ?? undefined })}>What happened in that minute</Link>,
    },
    ...Object.entries(outputFields).map(([name, value]) => ({ name, value: value === null ? <i>none</i> : copied(String(value)) })),
    { name: 'tags', value: <Text value={finding.tags.join(', ')} /> },
    { name: 'id', value: copied(finding.id) },
  ]
}

const copied = (text: string): ReactNode => (
  <CopyText text={text}>
    <Text value={text} mono />
  </CopyText>
)
