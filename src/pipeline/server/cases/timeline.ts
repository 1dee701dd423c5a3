/** What happened, in the order in which it happened. */
import type { TimelineEntry } from '../../../api/services.ts'
import type { ProcessRecord } from '../../../findings/process-record.ts'
import type { WholeEvent } from '../../../store/history-store.ts'
import type { StoredFinding, StoredProcess } from '../../../store/state-store.ts'

const LONGEST = 400

/** The first first; of too many the last ones. */
export function inOrder(entries: readonly TimelineEntry[], limit: number): readonly TimelineEntry[] {
  return entries.toSorted((a, b) => a.timeNs - b.timeNs || a.id.localeCompare(b.id)).slice(-limit)
}

export function findingEntry({ timeNs, id, output, priority, processKey }: StoredFinding): TimelineEntry {
  return { timeNs, kind: 'finding', text: shortened(output), priority, id, processKey }
}

/** Each program that it ran. */
export function execEntry({ timeNs, id, cmdline, name, user, processKey }: ProcessRecord): TimelineEntry {
  return { timeNs, kind: 'exec', text: shortened(`${cmdline === '' ? name : cmdline} ran as ${user}`), priority: undefined, id, processKey }
}

export function exitEntry({ exitNs, name, processKey }: StoredProcess): readonly TimelineEntry[] {
  return exitNs === undefined
    ? []
    : [{ timeNs: exitNs, kind: 'exit', text: `${name} ended`, priority: undefined, id: `${processKey}!`, processKey }]
}

export function eventEntry({ timeNs, id, type, fields, processKey }: WholeEvent): TimelineEntry {
  const object = objectOf(fields)
  const failed = fields['evt.failed'] === true ? ', which failed' : ''
  return {
    timeNs,
    kind: 'event',
    text: shortened(`${type}${object === undefined ? '' : ` ${object}`}${failed}`),
    priority: undefined,
    id,
    processKey,
  }
}

function objectOf(fields: WholeEvent['fields']): string | undefined {
  const named = ['fd.name', 'fs.path.name', 'fs.path.target', 'module.path', 'dns.question'].map((name) => fields[name])
  return named.find((value): value is string => typeof value === 'string' && value !== '')
}

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
