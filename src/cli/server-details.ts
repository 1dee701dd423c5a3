/** One finding, one incident, one trial: for people. Each text ends in a newline. */
import type { Backtest, Story } from '../api/services.ts'
import type { Incident } from '../findings/incident.ts'
import { PRIORITY_LABEL } from '../findings/priority.ts'
import { escapeText } from '../lib/escape.ts'
import { formatCount } from '../lib/quantity.ts'
import type { Style } from '../lib/style.ts'
import { rfc3339 } from '../lib/time-format.ts'
import type { IncidentNote, StoredFinding } from '../store/state-store.ts'

const second = (timeNs: number): string => `${rfc3339(timeNs).slice(0, 19)}Z`

/** The text of a note, with who wrote it and when before it. */
export const noteText = ({ timeNs, userName, text }: IncidentNote): string =>
  `${second(timeNs)}  ${escapeText(userName)}: ${escapeText(text)}\n`

export function findingText(finding: StoredFinding, style: Style): string {
  const { rule, priority, timeNs, hostname, output, attack, lineage, why, incidentId, excepted, id } = finding
  const facts: readonly (readonly [string, string])[] = [
    ['time', second(timeNs)],
    ['host', hostname],
    ['id', id],
    ...(typeof incidentId === 'string' ? [['incident', incidentId] as const] : []),
    ...(attack.length === 0 ? [] : [['ATT&CK', attack.map((one) => one.id).join(', ')] as const]),
    ...(excepted ? [['excepted', 'its rule has an exception by now'] as const] : []),
  ]
  return lines([
    `${style.bold(escapeText(rule))}  ${PRIORITY_LABEL[priority]}`,
    escapeText(output),
    '',
    ...facts.map(([name, value]) => `${style.dim(name.padEnd(9))} ${escapeText(value)}`),
    '',
    style.dim('why it fired (✓ held; ✗ did not, and was not to, or another one held in its place)'),
    ...why.map(
      ({ check, value, held }) => `  ${held ? style.green('✓') : style.dim('✗')} ${escapeText(check)}  ${style.dim(escapeText(value))}`,
    ),
    '',
    style.dim('who started it'),
    ...lineage.map(
      ({ pid, name, cmdline, user }, depth) =>
        `  ${'  '.repeat(Math.min(depth, 8))}${escapeText(name)} (${pid}) ${style.dim(escapeText(`${user}: ${cmdline}`))}`,
    ),
  ])
}

export function incidentText(incident: Incident, story: Story, style: Style): string {
  const { title, risk, state, hostname, firstNs, lastNs, findings, techniques, id } = incident
  return lines([
    style.bold(escapeText(title)),
    `risk ${Math.round(risk)}, ${state}, ${formatCount(findings)} findings from ${second(firstNs)} to ${second(lastNs)} on ${escapeText(hostname)}`,
    style.dim(escapeText(`${id}  ${techniques.join(', ')}`)),
    '',
    escapeText(story.summary),
    '',
    ...story.sentences.map(
      ({ timeNs, text, findingId }) => `${style.dim(second(timeNs))}  ${escapeText(text)}  ${style.dim(escapeText(findingId))}`,
    ),
    '',
    style.dim('what to do next'),
    ...story.nextActions.flatMap(({ title: what, detail, command }) => [
      `  ${style.bold(escapeText(what))}`,
      `    ${escapeText(detail)}`,
      ...(typeof command === 'string' ? [`    ${style.cyan(`$ ${escapeText(command)}`)}`] : []),
    ]),
  ])
}

const SAMPLES = 10

export function trialText({ state, findings, scanned, perDay, samples, unknownFields, error }: Backtest, style: Style): string {
  const found = `${style.bold(formatCount(findings))} ${findings === 1 ? 'finding' : 'findings'}`
  const looked = `of ${formatCount(scanned)} events that it could match`
  if (state === 'failed') return lines([`${style.red('failed')}: ${escapeText(error ?? '')}`])
  return lines([
    `${found} would have come, ${looked}${state === 'done' ? '' : `, until it was ${state}`}`,
    ...(unknownFields.length === 0
      ? []
      : [style.yellow(`history does not keep ${escapeText(unknownFields.join(', '))}: live it may find more or less`)]),
    ...perDay.map(({ timeNs, count }) => `  ${rfc3339(timeNs).slice(0, 10)}  ${formatCount(count)}`),
    ...(samples.length === 0 ? [] : ['', style.dim('the newest')]),
    ...samples
      .slice(0, SAMPLES)
      .map(({ timeNs, hostname, output }) => `  ${style.dim(second(timeNs))}  ${escapeText(hostname)}  ${escapeText(output)}`),
  ])
}

const lines = (texts: readonly string[]): string => `${texts.join('\n')}\n`
