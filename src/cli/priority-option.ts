/** The option --priority, which means the same wherever it stands: this priority and more urgent ones. */
import { PRIORITIES, type Priority } from '../findings/finding.ts'
import { severityOf } from '../findings/priority.ts'
import { choice } from './option.ts'

/** Falco takes `info`, too. */
type PriorityWord = Priority | 'info'

const WORDS: readonly PriorityWord[] = [...PRIORITIES, 'info']

/** `what`: `Only findings`. */
export const priorityOption = (what: string) =>
  choice(WORDS, `${what} of this priority (${PRIORITIES.join(', ')}) and more urgent ones.`, 'LEVEL')

export const priorityOf = (word: PriorityWord | undefined): Priority | undefined => (word === 'info' ? 'informational' : word)

/** All that are as urgent, and more; undefined where none was given. */
export function asUrgentAs(word: PriorityWord | undefined): readonly Priority[] | undefined {
  const priority = priorityOf(word)
  return priority === undefined ? undefined : PRIORITIES.slice(0, severityOf(priority) + 1)
}
