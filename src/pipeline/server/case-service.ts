/** Incidents and processes as somebody who looks into them wants them. */
import type { CaseService, ProcessActivity, TimelineEntry } from '../../api/services.ts'
import type { Incident } from '../../findings/incident.ts'
import type { HistoryQuery, WholeEvent } from '../../store/history-store.ts'
import type { StoredFinding, StoredProcess } from '../../store/state-store.ts'
import type { Store } from '../../store/store.ts'
import { activityOf } from './cases/activity.ts'
import { nextActions } from './cases/next-actions.ts'
import { sentencesOf, summaryOf } from './cases/story.ts'
import { eventEntry, execEntry, exitEntry, findingEntry, inOrder } from './cases/timeline.ts'

export interface CaseServiceOptions {
  readonly store: Pick<Store, 'state' | 'history'>
  readonly nowNs: () => number
}

const MAX_FINDINGS = 2000
const PAGE = 500
/** Processes of an incident whose pasts are told. */
const MAX_PASTS = 500
const MAX_EVENTS = 5000
/** Clocks are not set back further than that while a process runs. */
const CLOCK_NS = 24 * 3600e9

export function createCaseService({ store: { state, history }, nowNs }: CaseServiceOptions): CaseService {
  /** The first first. */
  function findingsOf(incidentId: string): readonly StoredFinding[] {
    const found: StoredFinding[] = []
    for (let cursor: string | undefined; found.length < MAX_FINDINGS; ) {
      const { items, next } = state.findings.list({ incidentId }, { limit: PAGE, cursor })
      found.push(...items)
      cursor = next
      if (cursor === undefined) break
    }
    return found.reverse()
  }

  /** Of the findings of an incident, each once, the first first. */
  function keysOf({ processKey }: Incident, findings: readonly StoredFinding[]): readonly string[] {
    return [...new Set([processKey, ...findings.map((finding) => finding.processKey)])].filter((key) => key !== undefined)
  }

  function processesOf(incident: Incident, findings: readonly StoredFinding[]): readonly StoredProcess[] {
    return keysOf(incident, findings)
      .slice(0, MAX_PASTS)
      .flatMap((key) => state.processes.get(incident.hostname, key) ?? [])
  }

  function treeOf(incident: Incident, findings: readonly StoredFinding[], limit: number) {
    const processes = new Map<string, StoredProcess>()
    let truncated = false
    for (const key of keysOf(incident, findings)) {
      if (processes.has(key)) continue
      if (processes.size >= limit) return { processes: [...processes.values()], truncated: true }
      const tree = state.processes.tree(incident.hostname, key, limit - processes.size)
      for (const process of tree.processes) processes.set(process.processKey, process)
      truncated ||= tree.truncated
    }
    return { processes: [...processes.values()], truncated }
  }

  const pastOf = (process: StoredProcess): TimelineEntry[] => [
    ...state.processes.states(process.hostname, process.processKey).map(execEntry),
    ...exitEntry(process),
  ]

  /** The newest events of a process, the newest first. */
  async function eventsOf(hostname: string, processKey: string, limit: number): Promise<readonly WholeEvent[]> {
    const started = state.processes.get(hostname, processKey)?.startedNs ?? 0
    const range = { fromNs: Math.max(0, started - CLOCK_NS), toNs: nowNs() + CLOCK_NS }
    const query: HistoryQuery = { range, filter: { op: 'true' }, hostnames: [hostname], processKey }
    return (await history.list(query, { limit: Math.min(limit, MAX_EVENTS), cursor: undefined })).items
  }

  return Object.freeze({
    story: (incidentId: string) => {
      const incident = state.incidents.get(incidentId)
      if (incident === undefined) return undefined
      const findings = findingsOf(incidentId)
      const processes = processesOf(incident, findings)
      return {
        summary: summaryOf(incident, findings),
        sentences: sentencesOf(findings),
        nextActions: nextActions({ incident, findings, processes }),
      }
    },
    tree: (incidentId: string, limit: number) => {
      const incident = state.incidents.get(incidentId)
      return incident && treeOf(incident, findingsOf(incidentId), limit)
    },
    incidentTimeline: async (incidentId: string, limit: number) => {
      const incident = state.incidents.get(incidentId)
      if (incident === undefined) return []
      const findings = findingsOf(incidentId)
      const { processes } = treeOf(incident, findings, MAX_PASTS)
      const from = incident.firstNs - CLOCK_NS
      const past = processes.flatMap(pastOf).filter(({ timeNs }) => timeNs >= from)
      return inOrder([...findings.map(findingEntry), ...past], limit)
    },
    processTimeline: async (hostname: string, processKey: string, limit: number) => {
      const process = state.processes.get(hostname, processKey)
      const { items } = state.findings.list({ hostnames: [hostname], processKey }, { limit: PAGE, cursor: undefined })
      const events = await eventsOf(hostname, processKey, limit)
      const past = process === undefined ? [] : pastOf(process)
      return inOrder([...items.map(findingEntry), ...events.filter(isTold).map(eventEntry), ...past], limit)
    },
    activity: async (hostname: string, processKey: string): Promise<ProcessActivity> =>
      activityOf(await eventsOf(hostname, processKey, MAX_EVENTS)),
  })
}

/** States and ends of processes tell these already. */
const isTold = ({ kind }: WholeEvent): boolean => kind !== 'process.exec' && kind !== 'process.exit'
