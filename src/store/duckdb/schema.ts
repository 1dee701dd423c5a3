/** The steps from an empty file to today's tables of history. A step that was released is never changed: add another. */
import { EVENT_COLUMNS, quoted } from './columns.ts'

export interface HistoryStep {
  readonly number: number
  readonly doc: string
  readonly statements: readonly string[]
}

export const HISTORY_SCHEMA: readonly HistoryStep[] = [
  {
    number: 1,
    doc: 'Events in columns, and how far each stream has been taken.',
    statements: [
      `CREATE TABLE events (${EVENT_COLUMNS.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ')})`,
      'CREATE TABLE positions (spool VARCHAR PRIMARY KEY, seq BIGINT NOT NULL)',
    ],
  },
]
