/** A finding as text for people: one line, more with `verbose`. Everything from outside is escaped. */
import { escapeText } from '../lib/escape.ts'
import { createStyle, type Style } from '../lib/style.ts'
import { clockTime, rfc3339Micro } from '../lib/time-format.ts'
import type { Finding, LineageEntry, Priority } from './finding.ts'
import { PRIORITY_LABEL } from './priority.ts'

export interface FindingTextOptions {
  readonly colour: boolean
  /** Adds lines with the lineage, the ATT&CK techniques and the ids. */
  readonly verbose: boolean
  /** `clock`: time of day here, for a terminal. `full`: RFC 3339 in UTC, for files. `none`: the transport has its own. */
  readonly time: 'clock' | 'full' | 'none'
}

/** Returns a function that renders a finding, without the last newline. */
export function createFindingText({ colour, verbose, time }: FindingTextOptions): (finding: Finding) => string {
  const style = createStyle(colour)
  const paint = priorityPaint(style)
  const timeText = { clock: clockTime, full: rfc3339Micro, none: () => '' }[time]
  return (finding) => {
    const head = [style.dim(timeText(finding.timeNs)), paint[finding.priority](PRIORITY_LABEL[finding.priority])]
    const line = `${head.filter(Boolean).join(' ')} ${style.bold(escapeText(finding.rule))}: ${body(finding, style)}`
    return verbose ? [line, ...details(finding, style)].join('\n') : line
  }
}

/** The output text, then what it does not say itself: the container, and for how many it stands. */
function body(finding: Finding, style: Style): string {
  const id = finding.containerId
  const container = id === undefined || finding.output.includes(id) ? '' : style.cyan(` [container ${escapeText(id)}]`)
  const count = finding.count > 1 ? style.bold(` (${finding.count} times)`) : ''
  return escapeText(finding.output) + container + count
}

function details(finding: Finding, style: Style): string[] {
  const rows: [string, string][] = [
    ['lineage', finding.lineage.map(lineageText).join(' ← ')],
    ['attack', finding.attack.map((technique) => technique.id).join(', ')],
    ['events', finding.eventIds.join(', ')],
  ]
  return rows.filter(([, text]) => text !== '').map(([label, text]) => `    ${style.dim(`${label}:`)} ${escapeText(text)}`)
}

function lineageText(entry: LineageEntry): string {
  const command = entry.cmdline === '' ? entry.name : entry.cmdline
  return `${clip(command)} [${entry.pid}${entry.user === '' ? '' : ` ${entry.user}`}]`
}

const MAX_COMMAND = 80

function clip(text: string): string {
  return text.length <= MAX_COMMAND ? text : `${text.slice(0, MAX_COMMAND - 1)}…`
}

function priorityPaint(style: Style): Record<Priority, (text: string) => string> {
  const alarm = (text: string) => style.bold(style.red(text))
  return {
    emergency: alarm,
    alert: alarm,
    critical: alarm,
    error: style.red,
    warning: style.yellow,
    notice: style.blue,
    informational: style.green,
    debug: style.dim,
  }
}
