/** What an agent hands in with evidence: what it found and did lately. */
import type { ActionRecord } from '../../findings/action-record.ts'
import type { Finding } from '../../findings/finding.ts'
import type { GivenEvidence } from '../../respond/evidence/section.ts'

export interface KnownFacts {
  readonly finding: (finding: Finding) => void
  /** After each of its steps. */
  readonly action: (record: ActionRecord) => void
  /** `past`: lines of events, the oldest first. */
  readonly given: (past: readonly string[]) => readonly GivenEvidence[]
}

const MOST = 500

export function createKnownFacts(): KnownFacts {
  const findings: Finding[] = []
  const actions = new Map<string, ActionRecord>()
  return Object.freeze({
    finding: (finding: Finding) => {
      findings.push(finding)
      if (findings.length > 2 * MOST) findings.splice(0, findings.length - MOST)
    },
    action: (record: ActionRecord) => {
      actions.delete(record.id)
      actions.set(record.id, record)
      const [oldest] = actions.keys()
      if (actions.size > MOST && oldest !== undefined) actions.delete(oldest)
    },
    given: (past: readonly string[]) => [
      { name: 'events', kind: 'ndjson' as const, content: past.map((line) => JSON.parse(line) as unknown) },
      { name: 'findings', kind: 'ndjson' as const, content: findings.slice(-MOST) },
      { name: 'actions', kind: 'ndjson' as const, content: [...actions.values()] },
    ],
  })
}
