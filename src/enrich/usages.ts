/** What processes use of the host, read when a rule asks: kept for a second, and read only so often. */
import type { HostView, ProcessUsage } from '../events/host-view.ts'
import { createLru } from '../lib/lru.ts'
import type { HostReader, ThreadFacts, UsageFacts } from './host-reader.ts'
import { isSameStart, TICK_NS } from './proc-files.ts'
import { createReadBudget } from './read-budget.ts'

export interface Usages {
  readonly of: HostView['usage']
  /** How many readings were refused because there were too many. */
  readonly refused: () => number
}

/** One reading costs about 0.1 ms. */
const READS_PER_SECOND = 200
const MAX_SAMPLES = 4096
const SECOND_NS = 1e9

interface Sample {
  readonly atNs: number
  readonly thread: ThreadFacts | null
  /** Undefined when the process was gone. */
  readonly usage: ProcessUsage | undefined
}

export function createUsages(host: HostReader, readsPerSecond: number = READS_PER_SECOND): Usages {
  const samples = createLru<string, Sample>(MAX_SAMPLES)
  const budget = createReadBudget(readsPerSecond)

  function of(pid: number, startNs: number, tid: number, timeNs: number): ProcessUsage | undefined {
    const key = `${pid}@${startNs}/${tid}`
    const before = samples.get(key)
    if (before !== undefined && timeNs - before.atNs < SECOND_NS) return before.usage
    if (!budget.take(timeNs)) return undefined
    const sample = sampleOf(host.usage(pid, tid), startNs, timeNs, before)
    samples.set(key, sample)
    return sample.usage
  }

  return Object.freeze({ of, refused: budget.refused })
}

function sampleOf(facts: UsageFacts | undefined, startNs: number, atNs: number, before: Sample | undefined): Sample {
  if (facts === undefined || !isSameStart(facts.startTicks, startNs)) return { atNs, thread: null, usage: undefined }
  const { startTicks: _, thread, ...rest } = facts
  if (thread === null) return { atNs, thread, usage: { ...rest, thread: undefined } }
  const { majorFaults, minorFaults } = thread
  return { atNs, thread, usage: { ...rest, thread: { majorFaults, minorFaults, ...cpuOf(thread, atNs, before) } } }
}

/** Since the sample before, or the start of the thread; never less than a second, so that a short burst is no full load. */
function cpuOf(thread: ThreadFacts, atNs: number, before: Sample | undefined) {
  const since = before?.thread?.startTicks === thread.startTicks ? before : undefined
  const spanNs = Math.max(atNs - (since?.atNs ?? thread.startTicks * TICK_NS), SECOND_NS)
  const percent = (ticks: number, ticksBefore = 0) => Math.min(Math.max(((ticks - ticksBefore) * TICK_NS * 100) / spanNs, 0), 100)
  return {
    cpuUser: percent(thread.userTicks, since?.thread?.userTicks),
    cpuSystem: percent(thread.systemTicks, since?.thread?.systemTicks),
  }
}
