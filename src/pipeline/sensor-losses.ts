/** The counters of losses, stage by stage, in the form that losses.ts reports. */
import type { CorrelationStats } from '../correlate/correlator.ts'
import { INTERNAL_RULES } from '../findings/internal-finding.ts'
import type { NamedOutputStats } from '../notify/notify.ts'
import type { LiveEvents } from './live-events.ts'
import type { LossTotal } from './losses.ts'
import type { UpstreamView } from './metrics/agent-view.ts'

/** Why the kernel side dropped an event, in words. */
const KERNEL_CAUSES = [
  ['lostFull', 'the buffer between kernel and agent was full (--ring makes it larger)'],
  ['lostReserved', 'the buffer was more than 3/4 full, and the rest is kept for events that cannot come in bulk'],
  ['lostNested', 'hooks interrupted each other too deeply'],
] as const

/** Events that the sensor sent, or should have, and that no rule saw. */
export function sensorLosses(live: LiveEvents): readonly LossTotal[] {
  const counters = live.counters({ perCpu: true })
  const rule = INTERNAL_RULES.eventsLost
  const dropped = [...counters.kindsByCpu].flatMap(([kind, cpus]) =>
    cpus.flatMap((values, cpu) => KERNEL_CAUSES.map(([cause, why]) => ({ rule, what: `${kind} events`, why, cpu, total: values[cause] }))),
  )
  return [...dropped, ...skipped(live), ...unexplained(live, counters), ...unreadable(live, counters), ...faulty(live)]
}

/** What a skipped run would have seen nobody knows: perhaps nothing that a rule wants. It is told as lost. */
function skipped({ knobs }: LiveEvents): readonly LossTotal[] {
  const why = 'the kernel skipped the program: it ran on that processor already when it was to run again'
  return [...knobs.skippedRuns()].map(([program, total]) => ({ rule: INTERNAL_RULES.eventsLost, what: `events of ${program}`, why, total }))
}

/** The gaps of each sensor when it was last looked at. */
const gapsBefore = new WeakMap<LiveEvents, number>()

/**
 * Gaps in the sequence numbers beyond what the kernel side counted as dropped. Compared with the gaps of the look before,
 * since a gap may be seen before its cause is counted.
 */
function unexplained(live: LiveEvents, { gaps, lost }: ReturnType<LiveEvents['counters']>): readonly LossTotal[] {
  const before = gapsBefore.get(live) ?? 0
  gapsBefore.set(live, gaps)
  const total = Math.max(0, before - lost.full - lost.reserved)
  return [{ rule: INTERNAL_RULES.eventsLost, what: 'events', why: 'of a cause that nothing counted (a gap in their numbers)', total }]
}

function unreadable(live: LiveEvents, { corrupt, unread }: ReturnType<LiveEvents['counters']>): readonly LossTotal[] {
  const { broken, unknown } = live.read()
  const rule = INTERNAL_RULES.eventsUnreadable
  return [
    { rule, what: 'records', why: 'their size cannot be', total: corrupt + broken },
    { rule, what: 'records', why: 'this version does not know their kind', total: unknown },
    { rule, what: 'bytes of records', why: 'one before them was still being written at the end', total: unread },
  ]
}

function faulty({ faults }: LiveEvents): readonly LossTotal[] {
  if (faults.count() === 0) return []
  return [{ rule: INTERNAL_RULES.eventsLost, what: 'events', why: `of a bug in Tarsier: ${faults.last()}`, total: faults.count() }]
}

/** Keys that rules about several events had to forget. */
export function correlationLosses({ evicted }: CorrelationStats): readonly LossTotal[] {
  const why = 'more keys of rules about several events were alive than there is room for'
  return [...evicted].map(([rule, total]) => ({ rule: INTERNAL_RULES.keysForgotten, what: `keys of the rule ${rule}`, why, total }))
}

/** Findings that outputs could not take. */
export function outputLosses(outputs: readonly NamedOutputStats[]): readonly LossTotal[] {
  return outputs.map(({ output, dropped }) => ({
    rule: INTERNAL_RULES.findingsLost,
    what: `findings for ${output}`,
    why: 'it does not take them fast enough, or not at all',
    total: dropped,
  }))
}

/** Findings that the server will never have. What history loses is told where it is missing. */
export function upstreamLosses(upstream: UpstreamView | undefined): readonly LossTotal[] {
  if (upstream === undefined) return []
  const why = 'it took none for too long, or the disk that keeps them is full or damaged'
  return [{ rule: INTERNAL_RULES.findingsLost, what: 'findings for the server', why, total: upstream.findings.lost }]
}

/** All events that were lost since the start, whatever the cause. */
export function totalLost(live: LiveEvents): number {
  return sensorLosses(live).reduce((sum, { total }) => sum + total, 0)
}
