/** Priorities in the order of syslog severities: the index of a priority in PRIORITIES is its severity number. */
import { PRIORITIES, type Priority } from './finding.ts'

/** As Falco spells them in its output. */
export const PRIORITY_LABEL: Readonly<Record<Priority, string>> = {
  emergency: 'Emergency',
  alert: 'Alert',
  critical: 'Critical',
  error: 'Error',
  warning: 'Warning',
  notice: 'Notice',
  informational: 'Informational',
  debug: 'Debug',
}

/** 0 (emergency) to 7 (debug), as in RFC 5424. */
export function severityOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority)
}
