/** What must not be lost: findings, incidents, people, and what people did. Every write is on the disk when the call returns. */
import type { ActionPhase, ActionRecord } from '../findings/action-record.ts'
import type { Finding, Priority } from '../findings/finding.ts'
import type { Incident, IncidentState } from '../findings/incident.ts'
import type { ProcessExit, ProcessRecord } from '../findings/process-record.ts'
import type { SensorPoint, SensorReport } from '../findings/sensor-record.ts'
import type { UpstreamStream } from '../findings/upstream.ts'
import type { AccessStore } from './access-store.ts'
import type { FacetValue, Page, PageRequest, TimeRange } from './page.ts'

/** A finding with what people and the server made of it. */
export interface StoredFinding extends Finding {
  readonly incidentId: string | undefined
  /** Its rule has an exception by now that would have kept it silent. */
  readonly excepted: boolean
}

export interface FindingQuery {
  readonly range?: TimeRange
  readonly rules?: readonly string[]
  readonly priorities?: readonly Priority[]
  readonly tags?: readonly string[]
  readonly hostnames?: readonly string[]
  readonly containerIds?: readonly string[]
  readonly techniques?: readonly string[]
  readonly incidentId?: string
  readonly processKey?: string
  /** Somewhere in rule, output, command line; case is ignored. */
  readonly text?: string
}

export const FINDING_FACETS = ['rule', 'priority', 'tag', 'hostname', 'containerId', 'technique'] as const
export type FindingFacet = (typeof FINDING_FACETS)[number]

export interface FindingStore {
  /** Newest first. */
  readonly list: (query: FindingQuery, page: PageRequest) => Page<StoredFinding>
  readonly get: (id: string) => StoredFinding | undefined
  readonly count: (query: FindingQuery) => number
  /** The most frequent values of each, all else of the query applied: what is chosen in a facet itself does not narrow that facet. */
  readonly facets: (
    query: FindingQuery,
    facets: readonly FindingFacet[],
    limit: number,
  ) => Readonly<Partial<Record<FindingFacet, readonly FacetValue[]>>>
  /** Findings per step of time, by priority. */
  readonly histogram: (
    query: FindingQuery,
    stepNs: number,
  ) => readonly { readonly timeNs: number; readonly priority: Priority; readonly count: number }[]
  /** Whether an exception would have kept them silent. Ids that there are not are passed over. */
  readonly setExcepted: (ids: readonly string[], excepted: boolean) => void
}

export interface IncidentQuery {
  readonly range?: TimeRange
  readonly states?: readonly IncidentState[]
  readonly hostnames?: readonly string[]
  readonly assignee?: string
  readonly text?: string
  /** Default: risk, highest first. */
  readonly order?: 'risk' | 'last'
}

export interface IncidentStore {
  readonly list: (query: IncidentQuery, page: PageRequest) => Page<Incident>
  readonly get: (id: string) => Incident | undefined
  /** Open or acknowledged ones that have one of the keys and were last added to since then; the newest first. */
  readonly withKeys: (keys: readonly { readonly kind: string; readonly value: string }[], sinceNs: number) => readonly Incident[]
  /** What a person changes. */
  readonly update: (id: string, change: { readonly state?: IncidentState; readonly assignee?: string | null }) => Incident | undefined
  readonly notes: (id: string) => readonly IncidentNote[]
  readonly addNote: (note: IncidentNote) => void
}

export interface IncidentNote {
  readonly id: string
  readonly incidentId: string
  readonly timeNs: number
  readonly userId: string
  readonly userName: string
  readonly text: string
}

/** What one batch of an agent comes to, written as a whole: the position moves with what it stands for. */
export interface FindingBatch {
  readonly spool: string
  readonly seq: number
  readonly findings: readonly { readonly finding: Finding; readonly incidentId: string | undefined }[]
  /** New ones, and those that were added to. State and assignee of one that is stored already are people's, and stay. */
  readonly incidents: readonly Incident[]
}

export interface ProcessQuery {
  readonly hostname?: string
  /** Those that lived at some time in it. */
  readonly range?: TimeRange
  /** Somewhere in name, path, command line, user, container; case is ignored. */
  readonly text?: string
  readonly containerId?: string
  /** Only those that have not ended. */
  readonly alive?: boolean
}

/** A process with its last state and its end. */
export interface StoredProcess extends ProcessRecord {
  /** ns since 1970; undefined while it runs, as far as is known. */
  readonly exitNs: number | undefined
  readonly children: number
  readonly findings: number
}

export interface ProcessStore {
  /** Process states and exits of one batch; the position of the history stream is the history store's. */
  readonly write: (records: readonly ProcessRecord[], exits: readonly ProcessExit[]) => void
  /** The latest started first. */
  readonly list: (query: ProcessQuery, page: PageRequest) => Page<StoredProcess>
  readonly get: (hostname: string, processKey: string) => StoredProcess | undefined
  /** Every state that it was in, the first first. */
  readonly states: (hostname: string, processKey: string) => readonly ProcessRecord[]
  /** A state of a process by name. */
  readonly state: (hostname: string, id: string) => ProcessRecord | undefined
  /** It, its ancestors, and what descends from it, at most so many; nearest first, so that what is cut is farthest away. */
  readonly tree: (
    hostname: string,
    processKey: string,
    limit: number,
  ) => { readonly processes: readonly StoredProcess[]; readonly truncated: boolean }
}

export interface SensorStore {
  readonly report: (report: SensorReport, point: SensorPoint | undefined) => void
  readonly list: () => readonly SensorReport[]
  /** Points of a sensor's past, thinned to at most so many. */
  readonly points: (hostname: string, range: TimeRange, limit: number) => readonly SensorPoint[]
}

export interface SavedSearch {
  readonly id: string
  readonly userId: string
  readonly name: string
  /** Of the console: `/events?…`. */
  readonly url: string
  readonly shared: boolean
  readonly createdNs: number
}

export interface SearchStore {
  readonly list: (userId: string) => readonly SavedSearch[]
  readonly save: (search: SavedSearch) => void
  readonly remove: (id: string, userId: string) => boolean
}

export interface SettingStore {
  readonly get: (name: string) => unknown
  readonly set: (name: string, value: unknown) => void
}

export interface ActionQuery {
  readonly incidentId?: string
  readonly findingId?: string
  readonly hostname?: string
  readonly phase?: ActionPhase
}

export interface ActionStore {
  /** The newest first. */
  readonly list: (query: ActionQuery, page: PageRequest) => Page<ActionRecord>
  readonly get: (id: string) => ActionRecord | undefined
  /** Takes the place of the one with that id. */
  readonly put: (action: ActionRecord) => void
}

export interface StateStore {
  readonly findings: FindingStore
  readonly incidents: IncidentStore
  readonly processes: ProcessStore
  readonly sensors: SensorStore
  readonly searches: SearchStore
  readonly settings: SettingStore
  readonly actions: ActionStore
  readonly access: AccessStore
  /** How far a stream has been taken; 0 for one that is new. */
  readonly position: (stream: UpstreamStream, spool: string) => number
  /** All or nothing. What has been taken before (seq) is left out by the caller. */
  readonly writeFindings: (batch: FindingBatch) => void
}
