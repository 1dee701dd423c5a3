/** The steps from an empty file to today's tables. A step that was released is never changed: add another. */
import { ACCESS_TABLES } from './tables/access-tables.ts'
import { AUDIT_TABLES } from './tables/audit-tables.ts'
import { FINDING_TABLES } from './tables/finding-tables.ts'
import { PROCESS_TABLES } from './tables/process-tables.ts'
import { WORK_TABLES } from './tables/work-tables.ts'

export interface SchemaStep {
  /** From 1, without a gap: the number of the schema after it. */
  readonly number: number
  readonly doc: string
  readonly sql: string
}

export const STATE_SCHEMA: readonly SchemaStep[] = [
  {
    number: 1,
    doc: 'Findings, incidents, processes, sensors, people, and what they did.',
    sql: [FINDING_TABLES, PROCESS_TABLES, WORK_TABLES, ACCESS_TABLES, AUDIT_TABLES].join('\n'),
  },
  {
    number: 2,
    doc: 'Actions by finding and by how far they came.',
    sql: `
ALTER TABLE actions ADD COLUMN finding_id TEXT;
ALTER TABLE actions ADD COLUMN phase TEXT NOT NULL DEFAULT '';
CREATE INDEX actions_by_finding ON actions (finding_id) WHERE finding_id IS NOT NULL;
CREATE INDEX actions_by_phase ON actions (phase, time_ns, number);
`,
  },
]
