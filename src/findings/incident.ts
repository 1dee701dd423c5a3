/** Findings that belong together: one story, told by what was found of processes, containers and sessions that hang together. */
import type { Finding, Priority } from './finding.ts'

/** What a finding and an incident have in common, the most certain first. Time alone is never enough. */
export const CAUSAL_KEYS = ['process-tree', 'container', 'pod', 'session'] as const
export type CausalKeyKind = (typeof CAUSAL_KEYS)[number]

export interface CausalKey {
  readonly kind: CausalKeyKind
  /** `<hostname>/<pid>@<startNs>` of the topmost process that is nobody's service manager, `<hostname>/<container id>`… */
  readonly value: string
}

export const INCIDENT_STATES = ['open', 'acknowledged', 'closed'] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

export interface Incident {
  /** Unique; sorts by the time of its first finding. */
  readonly id: string
  /** One sentence: what happened to whom. May hold hostile bytes. */
  readonly title: string
  readonly state: IncidentState
  /** Id of the user who has taken it, if anyone. */
  readonly assignee: string | undefined
  readonly hostname: string
  readonly keys: readonly CausalKey[]
  /** 0 to 100: what its findings weigh together, each rule and each tactic once more fully than its repetition. */
  readonly risk: number
  /** The most urgent of its findings. */
  readonly priority: Priority
  /** ATT&CK techniques in the order in which they were first seen. */
  readonly techniques: readonly string[]
  readonly rules: readonly string[]
  readonly findings: number
  readonly firstNs: number
  readonly lastNs: number
  readonly containerId: string | undefined
  /** Process of its first finding. */
  readonly processKey: string | undefined
}

/** A sentence of an incident's story, with what it tells of. */
export interface StorySentence {
  readonly timeNs: number
  /** Plain words; may hold hostile bytes. */
  readonly text: string
  readonly priority: Priority
  readonly findingId: string
  readonly processKey: string | undefined
  readonly techniques: readonly string[]
}

/** Where a finding goes: into an incident that there is, or into a new one. */
export interface IncidentChange {
  readonly incident: Incident
  readonly isNew: boolean
  readonly finding: Finding
}
