/** What handlers are given: the store, and what the server makes of it. Implemented in src/pipeline/server/. */
import type { ActionRecord } from '../findings/action-record.ts'
import type { Finding, Priority } from '../findings/finding.ts'
import type { HistoryColumn } from '../findings/history-event.ts'
import type { Incident, StorySentence } from '../findings/incident.ts'
import type { SensorReport } from '../findings/sensor-record.ts'
import type { ResponseMode } from '../lang/response-items.ts'
import type { WholeEvent } from '../store/history-store.ts'
import type { FacetValue, Page, PageRequest, TimeRange } from '../store/page.ts'
import type { StoredFinding, StoredProcess } from '../store/state-store.ts'
import type { Store } from '../store/store.ts'

/** What is wrong in a condition or a rule file; places count from 1. */
export interface ApiDiagnostic {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  readonly line: number
  readonly column: number
  readonly endColumn: number
  readonly hint: string | undefined
}

export interface EventQuery {
  /** Of the rule language; empty: everything. */
  readonly condition: string
  readonly range: TimeRange
  readonly hostnames?: readonly string[]
  readonly kinds?: readonly string[]
  readonly processKey?: string
}

export interface EventPage extends Page<WholeEvent> {
  /** False: the condition was run event by event, and the page may have ended early for that (`next` goes on). */
  readonly exact: boolean
  readonly scanned: number
}

export interface EventFacets {
  readonly facets: Readonly<Partial<Record<HistoryColumn, readonly FacetValue[]>>>
  readonly total: number
  /** False: counted over the newest `scanned` events only. */
  readonly exact: boolean
  readonly scanned: number
}

export interface EventService {
  /** All throw AppError FILTER_INVALID (facts: diagnostics) for a condition with errors. */
  readonly list: (query: EventQuery, page: PageRequest) => Promise<EventPage>
  readonly facets: (query: EventQuery, columns: readonly HistoryColumn[], limit: number) => Promise<EventFacets>
  readonly histogram: (
    query: EventQuery,
    stepNs: number,
  ) => Promise<{ readonly points: readonly { readonly timeNs: number; readonly count: number }[]; readonly exact: boolean }>
  readonly check: (condition: string) => readonly ApiDiagnostic[]
}

/** What completion offers. */
export interface LanguageEntry {
  readonly name: string
  readonly kind: 'field' | 'operator' | 'transformer' | 'macro' | 'list' | 'keyword' | 'event-type'
  readonly type: string | undefined
  readonly doc: string
  readonly takesArgument: boolean
}

export type RuleOrigin = 'shipped' | 'local' | 'file'

export interface RuleException {
  readonly name: string
  readonly fields: readonly string[]
  readonly comps: readonly string[]
  readonly values: readonly (readonly (string | readonly string[])[])[]
  readonly owner: string
  readonly reason: string
  /** Last day on which it holds, `2026-12-31`; undefined: until it is taken away. */
  readonly expires: string | undefined
  /** Made in the console; only these can be taken away there. */
  readonly managed: boolean
}

export interface RuleSummary {
  readonly name: string
  readonly desc: string
  readonly priority: Priority
  readonly enabled: boolean
  readonly shadow: boolean
  readonly origin: RuleOrigin
  readonly tags: readonly string[]
  readonly techniques: readonly string[]
  readonly confidence: 'low' | 'medium' | 'high'
  /** `condition`, `sequence`, `threshold`, `first_seen`. */
  readonly form: string
  readonly exceptions: number
  readonly tests: number
  /** Its attack was found on a real kernel, and nothing has changed since. */
  readonly proven: boolean
  /** Somebody changed whether and how it runs in the console. */
  readonly overridden: boolean
}

export interface RuleDetail extends RuleSummary {
  readonly why: string | undefined
  readonly condition: string
  readonly output: string
  /** The text of its file, or of its part of it. */
  readonly yaml: string
  readonly file: string
  readonly line: number
  readonly exceptionList: readonly RuleException[]
  readonly noise: string | undefined
}

export interface RuleTestOutcome {
  readonly rule: string
  readonly test: string
  readonly line: number
  readonly passed: boolean
  readonly reasons: readonly string[]
}

export interface Backtest {
  readonly id: string
  readonly state: 'running' | 'done' | 'cancelled' | 'failed'
  readonly range: TimeRange
  readonly scanned: number
  /** Share of the events that were looked at, 0 to 1. */
  readonly progress: number
  readonly findings: number
  readonly perDay: readonly { readonly timeNs: number; readonly count: number }[]
  /** The newest, at most 50. */
  readonly samples: readonly Finding[]
  /** Fields that the rule asks and history does not keep: it may find more or less when it runs. */
  readonly unknownFields: readonly string[]
  readonly error: string | undefined
}

export interface RuleService {
  readonly list: () => readonly RuleSummary[]
  readonly get: (name: string) => RuleDetail | undefined
  /** A rule file on top of all that is loaded: what is wrong with it. Throws AppError RULE_TRY_TOO_LONG, RULE_TRY_BUSY. */
  readonly validate: (yaml: string) => Promise<readonly ApiDiagnostic[]>
  /** Throws AppError RULE_TRY_TOO_LONG, RULE_TRY_BUSY. */
  readonly test: (yaml: string) => Promise<{ readonly diagnostics: readonly ApiDiagnostic[]; readonly results: readonly RuleTestOutcome[] }>
  readonly language: () => readonly LanguageEntry[]
  /** These write rules of their own folder, which the agent loads within two seconds. Throw AppError RULE_* for what cannot be. */
  readonly setState: (
    name: string,
    state: { readonly enabled?: boolean; readonly shadow?: boolean; readonly priority?: Priority },
  ) => RuleDetail
  readonly reset: (name: string) => RuleDetail
  readonly save: (yaml: string) => readonly RuleDetail[]
  readonly remove: (name: string) => void
  readonly addException: (name: string, exception: Omit<RuleException, 'managed'>) => RuleDetail
  readonly removeException: (name: string, exception: string) => RuleDetail
  readonly tryOnHistory: (rule: { readonly yaml: string } | { readonly name: string }, range: TimeRange) => Backtest
  readonly backtest: (id: string) => Backtest | undefined
  readonly cancelBacktest: (id: string) => void
}

export interface NextAction {
  readonly title: string
  readonly detail: string
  /** For a shell on that host; nothing runs it by itself. */
  readonly command: string | undefined
}

export interface Story {
  readonly summary: string
  readonly sentences: readonly StorySentence[]
  readonly nextActions: readonly NextAction[]
}

export interface TimelineEntry {
  readonly timeNs: number
  readonly kind: 'finding' | 'event' | 'exec' | 'exit'
  readonly text: string
  readonly priority: Priority | undefined
  readonly id: string
  readonly processKey: string | undefined
}

export interface ProcessActivity {
  readonly files: readonly { readonly path: string; readonly how: string; readonly count: number; readonly lastNs: number }[]
  readonly connections: readonly {
    readonly remote: string
    readonly direction: string
    readonly protocol: string
    readonly count: number
    readonly lastNs: number
  }[]
  readonly libraries: readonly { readonly path: string; readonly lastNs: number }[]
}

export interface CaseService {
  readonly story: (incidentId: string) => Story | undefined
  /** Every process of its findings with ancestors and descendants, as one tree. */
  readonly tree: (
    incidentId: string,
    limit: number,
  ) => { readonly processes: readonly StoredProcess[]; readonly truncated: boolean } | undefined
  readonly incidentTimeline: (incidentId: string, limit: number) => Promise<readonly TimelineEntry[]>
  readonly processTimeline: (hostname: string, processKey: string, limit: number) => Promise<readonly TimelineEntry[]>
  readonly activity: (hostname: string, processKey: string) => Promise<ProcessActivity>
}

/** A setting of an action, for forms and for the reference. */
export interface ActionInfo {
  readonly name: string
  readonly doc: string
  /** What it cannot be done without: `process`, `container`, `file`, `address`, `none`. */
  readonly needs: string
  readonly undoable: boolean
  /** JSON schema of its settings. */
  readonly settings: Readonly<Record<string, unknown>>
}

export interface ResponseSummary {
  readonly name: string
  readonly desc: string
  readonly mode: ResponseMode
  readonly actions: readonly string[]
  readonly limits: { readonly perMinute: number; readonly concurrent: number; readonly processes: number; readonly containers: number }
  readonly file: string
}

export interface ResponsesInForce {
  readonly responses: readonly ResponseSummary[]
  readonly protections: readonly string[]
  readonly maintenance: readonly { readonly name: string; readonly mode: string; readonly open: boolean }[]
  readonly diagnostics: readonly ApiDiagnostic[]
}

/** Whom an action is about, as a person names it: what is known of it is looked up. */
export interface NamedSubject {
  readonly hostname: string
  readonly processKey: string | undefined
  readonly containerId: string | undefined
  readonly file: string | undefined
  readonly ip: string | undefined
  readonly port: number | undefined
  readonly findingId: string | undefined
}

export interface AskedAction {
  readonly action: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly subject: NamedSubject
  /** `dry-run`: whom would it touch? */
  readonly mode: 'act' | 'dry-run'
  readonly forSeconds: number | undefined
  readonly incidentId: string | undefined
  readonly userId: string
}

/** What a finding of the past would have led to. */
export interface PlannedResponse {
  readonly response: string
  readonly mode: string
  readonly actions: readonly string[]
  readonly target: string
  readonly findingId: string
  readonly rule: string
  readonly timeNs: number
  readonly hostname: string
}

export interface ResponsePlan {
  readonly diagnostics: readonly ApiDiagnostic[]
  /** Findings that were looked at. */
  readonly findings: number
  /** More findings are there than were looked at. */
  readonly truncated: boolean
  /** By response: how often, and how many different targets. */
  readonly totals: readonly { readonly response: string; readonly mode: string; readonly count: number; readonly targets: number }[]
  /** The newest first, at most 500. */
  readonly planned: readonly PlannedResponse[]
}

export interface ResponseService {
  readonly inForce: () => ResponsesInForce
  readonly actions: () => readonly ActionInfo[]
  /**
   * Hands it to the agent of the host, and resolves with the record as it stands: of a dry run when it was planned or refused. Throws AppError
   * ACTION_UNKNOWN, ACTION_SETTING, RESPONSE_NO_AGENT, API_NOT_THERE for a process that nobody has seen. Where too much waits for the agent, the record is
   * one that was refused.
   */
  readonly ask: (asked: AskedAction) => Promise<ActionRecord>
  /** Throws AppError RESPONSE_NO_AGENT, RESPONSE_TOO_MANY, RESPONSE_OVER where it is not open to that answer, API_NOT_THERE. */
  readonly answer: (kind: 'approve' | 'deny' | 'undo', id: string, userId: string) => ActionRecord
  /** Of the responses that are in force, or of a text that might be. */
  readonly plan: (yaml: string | undefined, range: TimeRange) => Promise<ResponsePlan>
}

export type LiveMessage =
  | { readonly kind: 'finding'; readonly finding: StoredFinding }
  | { readonly kind: 'incident'; readonly incident: Incident }
  | { readonly kind: 'action'; readonly action: ActionRecord }
  | { readonly kind: 'sensor'; readonly sensor: SensorReport }
  | { readonly kind: 'rules'; readonly changed: readonly string[] }

export interface LiveHub {
  /** Messages from now on; those since an id that is still remembered first. Returns how to end it. */
  readonly subscribe: (sinceId: string | undefined, onMessage: (id: string, message: LiveMessage) => void) => () => void
  readonly publish: (message: LiveMessage) => void
}

export interface Services {
  readonly version: string
  readonly store: Store
  readonly events: EventService
  readonly rules: RuleService
  readonly cases: CaseService
  readonly live: LiveHub
  readonly responses: ResponseService
  /** The report of `tarsier coverage --json`. */
  readonly coverage: (attackVersion: string | undefined) => unknown
  readonly nowNs: () => number
}
