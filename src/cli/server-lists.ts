/** What the commands that ask a server print: tables for people, JSON for programs. */
import type { ActionPhase, ActionRecord } from '../findings/action-record.ts'
import type { Priority } from '../findings/finding.ts'
import type { Incident } from '../findings/incident.ts'
import { PRIORITY_LABEL } from '../findings/priority.ts'
import type { SensorReport } from '../findings/sensor-record.ts'
import { safeJson } from '../lib/escape.ts'
import { createStyle, type Style } from '../lib/style.ts'
import { rfc3339 } from '../lib/time-format.ts'
import type { WholeEvent } from '../store/history-store.ts'
import type { StoredFinding, StoredProcess } from '../store/state-store.ts'
import { colourOf } from './colour.ts'
import type { CommandContext } from './context.ts'
import type { SharedValues } from './shared-options.ts'
import { type TableColumn, tableText } from './table.ts'

/** With `--json` each item is a line as it comes; a table needs them all first. */
export async function printList<Row>(
  items: AsyncIterable<Row>,
  columns: readonly TableColumn<Row>[],
  { json, color }: Pick<SharedValues, 'json' | 'color'>,
  context: CommandContext,
): Promise<void> {
  const rows: Row[] = []
  for await (const item of items) {
    if (json) context.stdout.write(`${safeJson(item)}\n`)
    else rows.push(item)
  }
  if (!json && rows.length === 0) context.stderr('nothing is like that\n')
  const width = context.isTty.stdout ? process.stdout.columns : undefined
  if (!json) context.stdout.write(tableText(columns, rows, { width, style: createStyle(colourOf(color, context)) }))
}

const second = (timeNs: number): string => `${rfc3339(timeNs).slice(0, 19)}Z`

const time = <Row extends { readonly timeNs: number }>(): TableColumn<Row> => ({
  head: 'TIME',
  text: ({ timeNs }) => second(timeNs),
  paint: (text, _, style) => style.dim(text),
})

const host = <Row extends { readonly hostname: string }>(): TableColumn<Row> => ({ head: 'HOST', text: ({ hostname }) => hostname })

const LOUD: ReadonlySet<Priority> = new Set(['emergency', 'alert', 'critical', 'error'])
const loud = (text: string, { priority }: { readonly priority: Priority }, style: Style): string =>
  LOUD.has(priority) ? style.red(text) : priority === 'warning' ? style.yellow(text) : text

export const FINDING_TABLE: readonly TableColumn<StoredFinding>[] = [
  time(),
  { head: 'PRIORITY', text: ({ priority }) => PRIORITY_LABEL[priority], paint: loud },
  host(),
  { head: 'ID', text: ({ id }) => id, paint: (text, _, style) => style.dim(text) },
  { head: 'RULE', text: ({ rule, excepted, count }) => `${rule}${count > 1 ? ` ×${count}` : ''}${excepted ? ' (excepted)' : ''}` },
  { head: 'WHAT WAS FOUND', text: ({ output }) => output, fills: true },
]

export const INCIDENT_TABLE: readonly TableColumn<Incident>[] = [
  { head: 'RISK', text: ({ risk }) => String(Math.round(risk)).padStart(4), paint: loud },
  { head: 'STATE', text: ({ state }) => state },
  { head: 'LAST FINDING', text: ({ lastNs }) => second(lastNs), paint: (text, _, style) => style.dim(text) },
  { head: 'FINDINGS', text: ({ findings }) => String(findings).padStart(8) },
  { head: 'ID', text: ({ id }) => id, paint: (text, _, style) => style.dim(text) },
  { head: 'WHAT HAPPENED', text: ({ title }) => title, fills: true },
]

export const PROCESS_TABLE: readonly TableColumn<StoredProcess>[] = [
  { head: 'STARTED', text: ({ startedNs }) => second(startedNs), paint: (text, _, style) => style.dim(text) },
  {
    head: 'ENDED',
    text: ({ exitNs }) => (typeof exitNs === 'number' ? second(exitNs) : 'runs'),
    paint: (text, _, style) => style.dim(text),
  },
  host(),
  { head: 'PID', text: ({ pid }) => String(pid).padStart(7) },
  { head: 'PPID', text: ({ ppid }) => String(ppid).padStart(7) },
  { head: 'USER', text: ({ user }) => user },
  { head: 'CONTAINER', text: ({ containerName, containerId }) => containerName ?? containerId ?? '-' },
  {
    head: 'FOUND',
    text: ({ findings }) => (findings === 0 ? '-' : String(findings)),
    paint: (text, { findings }, style) => (findings > 0 ? style.red(text) : text),
  },
  { head: 'COMMAND', text: ({ cmdline, name }) => (cmdline === '' ? name : cmdline), fills: true },
]

const field = (event: WholeEvent, ...names: readonly string[]): string => {
  const value = names.map((name) => event.fields[name]).find((one) => one !== undefined && one !== null)
  return value === undefined ? '-' : String(value)
}

export const EVENT_TABLE: readonly TableColumn<WholeEvent>[] = [
  { head: 'TIME', text: ({ timeNs }) => rfc3339(timeNs).slice(0, 23), paint: (text, _, style) => style.dim(text) },
  host(),
  {
    head: 'EVENT',
    text: ({ type }) => type,
    paint: (text, event, style) => (event.fields['evt.failed'] === true ? style.red(text) : style.cyan(text)),
  },
  { head: 'PROCESS', text: (event) => `${field(event, 'proc.name')}(${field(event, 'proc.pid')})` },
  { head: 'USER', text: (event) => field(event, 'user.name', 'user.uid') },
  { head: 'WHAT', text: (event) => field(event, 'fd.name', 'fs.path.name', 'fs.path.target', 'proc.cmdline'), fills: true },
]

const BAD: ReadonlySet<ActionPhase> = new Set(['failed', 'unverified', 'rollback-failed'])
const paintPhase = (text: string, phase: ActionPhase, style: Style): string =>
  BAD.has(phase) ? style.red(text) : phase === 'asked' ? style.yellow(text) : phase === 'verified' ? style.green(text) : text

export const ACTION_TABLE: readonly TableColumn<ActionRecord>[] = [
  time(),
  host(),
  { head: 'ID', text: ({ id }) => id, paint: (text, _, style) => style.dim(text) },
  { head: 'ACTION', text: ({ action }) => action },
  { head: 'MODE', text: ({ mode }) => mode },
  { head: 'PHASE', text: ({ phase }) => phase, paint: (text, { phase }, style) => paintPhase(text, phase, style) },
  { head: 'WHY', text: ({ policy, userId }) => policy ?? (userId === undefined ? '-' : 'a person') },
  { head: 'TARGET', text: ({ target }) => target, fills: true },
]

export const SENSOR_TABLE: readonly TableColumn<SensorReport>[] = [
  host(),
  { head: 'LAST HEARD', text: ({ timeNs }) => second(timeNs), paint: (text, _, style) => style.dim(text) },
  { head: 'KEPT', text: ({ totals }) => String(totals.kept).padStart(10) },
  { head: 'FILTERED', text: ({ totals }) => String(totals.filtered).padStart(10) },
  {
    head: 'LOST',
    text: ({ totals }) => String(totals.lost).padStart(8),
    paint: (text, { totals }, style) => (totals.lost > 0 ? style.red(text) : text),
  },
  { head: 'RULES', text: ({ rules }) => String(rules).padStart(5) },
  { head: 'PREVENTION', text: ({ prevention }) => preventionText(prevention) },
  { head: 'VERSION', text: ({ version }) => version },
  { head: 'NOT IN FULL', text: ({ degraded }) => (degraded.length === 0 ? '-' : degraded.map(({ name }) => name).join(', ')), fills: true },
]

/** `act 3/4`: so many of the rules that are marked are enforced. */
function preventionText(prevention: SensorReport['prevention']): string {
  if (prevention === undefined || prevention.rules.length === 0) return '-'
  const { mode, rules } = prevention
  return `${mode} ${rules.filter(({ enforced }) => enforced).length}/${rules.length}`
}
