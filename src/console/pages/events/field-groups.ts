/** The fields of an event by what they are about. */
import type { WholeEvent } from '../../../store/history-store.ts'
import { valueText } from './event-text.ts'

export interface EventField {
  readonly name: string
  /** As text; never empty. */
  readonly text: string
  /** Its value can stand in a condition: it is one value, and no endless one. */
  readonly isNarrowing: boolean
}

export interface FieldGroup {
  readonly title: string
  readonly fields: readonly EventField[]
}

/** By the first word of a field, in this order; others follow under their own name. */
const TITLES: Readonly<Record<string, string>> = {
  evt: 'Event',
  fd: 'File or connection',
  fs: 'Paths',
  proc: 'Process',
  thread: 'Thread',
  user: 'User',
  group: 'Group',
  container: 'Container',
  k8s: 'Kubernetes',
}

const LONGEST = 1000

/** Those that have a value. */
export function fieldGroups(fields: WholeEvent['fields']): readonly FieldGroup[] {
  const groups = new Map<string, EventField[]>(Object.values(TITLES).map((title) => [title, []]))
  for (const name of Object.keys(fields).toSorted()) {
    const value = fields[name]
    const text = valueText(value)
    if (text === '') continue
    const prefix = name.split('.', 1)[0] ?? name
    const title = Object.hasOwn(TITLES, prefix) ? (TITLES[prefix] ?? prefix) : prefix
    const group = groups.get(title) ?? []
    group.push({ name, text, isNarrowing: typeof value !== 'object' && text.length <= LONGEST })
    groups.set(title, group)
  }
  return [...groups].filter(([, found]) => found.length > 0).map(([title, found]) => ({ title, fields: found }))
}
