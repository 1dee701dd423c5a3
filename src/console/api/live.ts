/**
 * What happens, as it happens: server-sent events put into what react-query knows, so that every page that shows it changes by itself.
 * Messages are gathered for a moment: ten thousand findings a second are four changes of the page, not ten thousand.
 */
import type { QueryClient } from '@tanstack/react-query'
import type { ActionRecord } from '../../findings/action-record.ts'
import type { Incident } from '../../findings/incident.ts'
import type { SensorReport } from '../../findings/sensor-record.ts'
import type { StoredFinding } from '../../store/state-store.ts'
import { createSharedValue } from '../app/shared-value.ts'

export type LiveState = 'off' | 'connecting' | 'live' | 'reconnecting'

export interface LiveSnapshot {
  readonly state: LiveState
  /** The newest first, at most LIVE_FINDINGS; since the stream was opened. */
  readonly findings: readonly StoredFinding[]
  /** How many have come, also those that are no longer above. */
  readonly received: number
}

/** Told every 250 ms at most. Lists take what they show from these. */
export interface LiveBatch {
  /** The newest first, at most LIVE_FINDINGS: a window in the background is woken once a minute, and a flood must not fill its memory. */
  readonly findings: readonly StoredFinding[]
  /** How many came, also those left out. */
  readonly received: number
  /** Ids of the incidents that findings went to. */
  readonly touched: ReadonlySet<string>
  readonly incidents: readonly Incident[]
  /** As they were last told. */
  readonly actions: readonly ActionRecord[]
  readonly sensors: readonly SensorReport[]
  readonly rules: boolean
}

const LIVE_FINDINGS = 200
const GATHER_MS = 250
const RETRY_MS = [1000, 2000, 5000, 10_000] as const

const NOTHING: LiveSnapshot = { state: 'off', findings: [], received: 0 }
const live = createSharedValue(NOTHING)

/** The state of the stream and its newest findings. */
export const useLive = live.use

function change(next: Partial<LiveSnapshot>): void {
  live.set({ ...live.read(), ...next })
}

/** Opens the stream and keeps it open; returns how to end it. `onBatch` puts what came into other caches. */
export function followLive(client: QueryClient, onBatch: (client: QueryClient, batch: LiveBatch) => void): () => void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  const gathered = createGathering((batch) => {
    const { findings, received } = live.read()
    change({ findings: [...batch.findings, ...findings].slice(0, LIVE_FINDINGS), received: received + batch.received })
    onBatch(client, batch)
  })

  function open(): void {
    change({ state: failures === 0 ? 'connecting' : 'reconnecting' })
    source = new EventSource('/api/stream')
    source.onopen = () => {
      const missed = failures > 0
      failures = 0
      change({ state: 'live' })
      // What happened meanwhile was told to nobody: everything shown is asked for anew.
      if (missed) void client.invalidateQueries()
    }
    source.onerror = onError
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => gathered.take(kind, (event as MessageEvent<string>).data))
    }
  }

  /** The browser tries again by itself unless the server said no; then we do, and ask who we are on the way. */
  function onError(): void {
    failures++
    change({ state: 'reconnecting' })
    if (source?.readyState !== EventSource.CLOSED) return
    void client.invalidateQueries({ queryKey: ['session'], exact: true })
    retry = setTimeout(open, RETRY_MS[Math.min(failures - 1, RETRY_MS.length - 1)])
  }

  open()
  return () => {
    clearTimeout(retry)
    source?.close()
    gathered.end()
    live.set(NOTHING)
  }
}

const KINDS = ['finding', 'incident', 'action', 'sensor', 'rules'] as const
type Kind = (typeof KINDS)[number]

interface Gathering {
  readonly take: (kind: Kind, data: string) => void
  readonly end: () => void
}

function createGathering(onBatch: (batch: LiveBatch) => void): Gathering {
  let findings: StoredFinding[] = []
  let received = 0
  let touched = new Set<string>()
  let incidents = new Map<string, Incident>()
  let sensors = new Map<string, SensorReport>()
  let actions = new Map<string, ActionRecord>()
  let rules = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    timer = undefined
    const newest = findings.slice(-LIVE_FINDINGS).reverse()
    const told = { incidents: [...incidents.values()], actions: [...actions.values()], sensors: [...sensors.values()], rules }
    const batch = { findings: newest, received, touched, ...told }
    findings = []
    received = 0
    touched = new Set()
    incidents = new Map()
    actions = new Map()
    sensors = new Map()
    rules = false
    onBatch(batch)
  }

  function takeFinding(finding: StoredFinding): void {
    received++
    findings.push(finding)
    if (findings.length > 2 * LIVE_FINDINGS) findings = findings.slice(-LIVE_FINDINGS)
    if (typeof finding.incidentId === 'string') touched.add(finding.incidentId)
  }

  function take(kind: Kind, data: string): void {
    const value: unknown = JSON.parse(data)
    if (kind === 'finding') takeFinding(value as StoredFinding)
    else if (kind === 'incident') incidents.set((value as Incident).id, value as Incident)
    else if (kind === 'action') actions.set((value as ActionRecord).id, value as ActionRecord)
    else if (kind === 'sensor') sensors.set((value as SensorReport).hostname, value as SensorReport)
    else rules = true
    timer ??= setTimeout(flush, GATHER_MS)
  }

  return { take, end: () => clearTimeout(timer) }
}
