/** Rules tried on history: the code that judges live events runs over those that are kept, in the order in which they happened. */
import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Backtest } from '../../../api/services.ts'
import { createEngine, type Engine } from '../../../detect/engine.ts'
import { historyCondition } from '../../../detect/history-filter.ts'
import type { Finding } from '../../../findings/finding.ts'
import type { LinkedRule } from '../../../lang/load-rules.ts'
import { AppError } from '../../../lib/app-error.ts'
import { rfc3339 } from '../../../lib/time-format.ts'
import type { HistoryQuery, HistoryStore } from '../../../store/history-store.ts'
import type { TimeRange } from '../../../store/page.ts'
import { createDetection, type Detection } from '../../detection.ts'
import { isKeptInHistory } from '../../history/event-fields.ts'
import { FLAT, ruleEvent } from '../history-conditions.ts'

export interface Backtests {
  /** Throws AppError BACKTESTS_FULL. */
  readonly begin: (rules: readonly LinkedRule[], range: TimeRange) => Backtest
  readonly get: (id: string) => Backtest | undefined
  readonly cancel: (id: string) => void
  /** Those under way end. */
  readonly close: () => Promise<void>
}

const MAX_RUNNING = 2
const MAX_KEPT = 20
const MAX_SAMPLES = 50
/** As findings are folded live when nothing else is asked for. */
const FOLD_MS = 1000
/** The server answers others between two such pieces of work. */
const SLICE_MS = 10
const LONGEST_MS = 10 * 60_000
const DAY_NS = 24 * 3600 * 1e9

interface Trial {
  readonly abort: AbortController
  readonly done: Promise<void>
  readonly view: () => Backtest
}

interface Ground {
  readonly history: Pick<HistoryStore, 'extent' | 'scan'>
  /** Of a clock that never goes back. */
  readonly nowMs: () => number
}

export function createBacktests(ground: Ground): Backtests {
  const trials = new Map<string, Trial>()
  const running = (): Trial[] => [...trials.values()].filter(({ view }) => view().state === 'running')

  return Object.freeze({
    begin: (rules: readonly LinkedRule[], range: TimeRange) => {
      if (running().length >= MAX_RUNNING) throw new AppError('BACKTESTS_FULL', { limit: MAX_RUNNING })
      const id = randomUUID()
      const trial = startTrial(id, rules, { ...ground, range })
      trials.set(id, trial)
      for (const [oldest, { view }] of trials) {
        if (trials.size <= MAX_KEPT) break
        if (view().state !== 'running') trials.delete(oldest)
      }
      return trial.view()
    },
    get: (id: string) => trials.get(id)?.view(),
    cancel: (id: string) => trials.get(id)?.abort.abort(),
    close: async () => {
      for (const { abort } of trials.values()) abort.abort()
      await Promise.all([...trials.values()].map(({ done }) => done))
    },
  })
}

function startTrial(id: string, rules: readonly LinkedRule[], place: Ground & { readonly range: TimeRange }): Trial {
  const { range } = place
  const abort = new AbortController()
  const engine = createEngine({ rules: rules.map((rule) => ({ ...rule, enabled: true, shadow: false })) }, FLAT)
  const tally = createTally()
  let state: Backtest['state'] = 'running'
  let error: string | undefined
  const begun = { scanned: 0, progress: 0 }

  async function run(): Promise<void> {
    try {
      await scan({ ...place, engine, signal: abort.signal, onFinding: tally.add, seen: begun })
      state = abort.signal.aborted ? 'cancelled' : 'done'
    } catch (cause) {
      state = 'failed'
      error = cause instanceof AppError ? `${cause.message}. ${cause.fix}` : (cause as Error).message
    }
  }

  const unknownFields = [...new Set(engine.rules.flatMap(({ fields }) => [...fields]))].filter((field) => !isKeptInHistory(field))
  const view = (): Backtest => ({
    id,
    state,
    range,
    ...begun,
    progress: state === 'done' ? 1 : begun.progress,
    ...tally.view(),
    unknownFields,
    error,
  })
  return { abort, done: run(), view }
}

interface Scan extends Ground {
  readonly range: TimeRange
  readonly engine: Engine
  readonly signal: AbortSignal
  readonly onFinding: (finding: Finding) => void
  readonly seen: { scanned: number; progress: number }
}

/** What happened on one host has nothing to do with another: each has a detection of its own. Throws AppError BACKTEST_LONG. */
async function scan({ engine, history, range, signal, onFinding, seen, nowMs }: Scan): Promise<void> {
  const hosts = new Map<string, Detection>()
  const detectionOf = (hostname: string): Detection => {
    const known = hosts.get(hostname) ?? createDetection({ engine, hostname, foldWindowMs: FOLD_MS, emit: onFinding })
    hosts.set(hostname, known)
    return known
  }
  const pause = createPauses(nowMs)
  const extent = await history.extent()
  const [from, to] = [Math.max(range.fromNs, extent.fromNs ?? range.fromNs), Math.min(range.toNs, extent.toNs ?? range.toNs)]
  for await (const chunk of history.scan(queryOf(engine, range), signal)) {
    for (const event of chunk) {
      const detection = detectionOf(event.hostname)
      detection.advance(event.timeNs)
      detection.onEvent(ruleEvent(event, ++seen.scanned))
      const pausing = pause(event.timeNs)
      if (pausing === undefined) continue
      await pausing
      if (signal.aborted) return
    }
    const last = chunk.at(-1)
    if (last !== undefined && to > from) seen.progress = Math.min(1, Math.max(0, (last.timeNs - from) / (to - from)))
  }
  for (const detection of hosts.values()) {
    detection.advance(to)
    detection.flush()
  }
}

/** Awaited behind each event: a dear rule stops nobody, and not for ever. `timeNs`: how far it came. Throws AppError BACKTEST_LONG. */
function createPauses(nowMs: () => number): (timeNs: number) => Promise<void> | undefined {
  const begun = nowMs()
  let slice = begun
  return (timeNs) => {
    const now = nowMs()
    if (now - begun > LONGEST_MS) throw new AppError('BACKTEST_LONG', { minutes: LONGEST_MS / 60_000, time: rfc3339(timeNs) })
    if (now - slice < SLICE_MS) return undefined
    return nextTurn().then(() => {
      slice = nowMs()
    })
  }
}

/** Only what one of the rules could match. */
function queryOf({ rules, planner }: Engine, range: TimeRange): HistoryQuery {
  const parts = rules.map(({ rule }) => historyCondition(planner.plan(rule.expression)).filter)
  return { range, filter: parts.length === 1 && parts[0] !== undefined ? parts[0] : { op: 'or', parts } }
}

interface Tally {
  readonly add: (finding: Finding) => void
  readonly view: () => Pick<Backtest, 'findings' | 'perDay' | 'samples'>
}

function createTally(): Tally {
  const days = new Map<number, number>()
  const samples: Finding[] = []
  let findings = 0
  return {
    add: (finding) => {
      findings++
      const day = Math.floor(finding.timeNs / DAY_NS) * DAY_NS
      days.set(day, (days.get(day) ?? 0) + 1)
      samples.push(finding)
      if (samples.length > MAX_SAMPLES) samples.shift()
    },
    view: () => ({
      findings,
      perDay: [...days].map(([timeNs, count]) => ({ timeNs, count })).sort((a, b) => a.timeNs - b.timeNs),
      samples: samples.toReversed(),
    }),
  }
}
