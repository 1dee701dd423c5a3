/** What a run says about itself on standard error: hooks, `ready`, and the account at the end. */
import type { Log } from '../lib/log.ts'
import type { Notifier } from '../notify/notify.ts'
import { callsBy, type Hook } from '../sources/ebpf/attached.ts'
import type { Detection } from './detection.ts'
import type { LiveEvents } from './live-events.ts'
import { totalLost } from './sensor-losses.ts'

/** One line for all that this kernel was built without, one per kind of events whose hooks it refused. */
export function sayHooks(hooks: readonly Hook[], log: Log): void {
  const missing = hooks.filter((hook) => hook.state === 'missing').map((hook) => hook.section.split('/').at(-1) ?? hook.section)
  if (missing.length > 0) log.info('this kernel was built without some calls; nobody can use them here', { calls: missing.join(' ') })
  const failed = Map.groupBy(
    hooks.filter((hook) => hook.state === 'failed'),
    (hook) => hook.kind ?? 'several kinds',
  )
  for (const [kind, refused] of failed) {
    const [first] = refused
    log.warning('the kernel refused hooks: events are missing', { events: kind, hooks: refused.length, reason: first?.reason })
  }
}

export interface ReadyFacts {
  readonly live: LiveEvents
  readonly rules: number | undefined
  readonly startMs: number
}

/** Every hook is attached and every process known: from here on nothing is missed. */
export function sayReady({ live, rules, startMs }: ReadyFacts, log: Log): void {
  const hooks = live.hooks.filter((hook) => hook.state === 'attached').length
  log.info('ready', { hooks, calls: callsBy(live.hooks), rules, processes: live.enriched().processes, ms: Math.round(startMs) })
}

export interface StoppedFacts {
  readonly live: LiveEvents
  readonly detection: Detection
  readonly notifier: Notifier
  /** Near misses that `--explain` did not show. */
  readonly hidden: number
  readonly ranMs: number
}

/** The account of a run, one line. */
export function sayStopped({ live, detection, notifier, hidden, ranMs }: StoppedFacts, log: Log): void {
  const folds = detection.stats()
  const findingsLost = notifier.stats().reduce((sum, { dropped }) => sum + dropped, 0)
  log.info('stopped', {
    ...sensorAccount(live),
    findings: folds.taken,
    findings_printed: folds.emitted,
    findings_folded: folds.folded,
    findings_lost: findingsLost,
    near_misses_hidden: hidden === 0 ? undefined : hidden,
    ...processAccount(ranMs),
  })
}

/**
 * `seen`: events that hooks saw; `folded`: of those, equal to one just sent; `filtered`: of those, dropped in the kernel since no rule
 * could match them; `verdicts`: processes that were found to
 * matter to some rules only; `lost`: never reached the rules.
 */
export function sensorAccount(live: LiveEvents): Readonly<Record<string, number>> {
  const kinds = [...live.counters().kinds.values()]
  const sum = (pick: (kind: (typeof kinds)[number]) => number): number => kinds.reduce((total, kind) => total + pick(kind), 0)
  return {
    seen: sum((kind) => kind.seen),
    events: live.read().records,
    folded: sum((kind) => kind.folded),
    filtered: sum((kind) => kind.filteredClass + kind.filteredProcess + kind.filteredObject),
    verdicts: live.verdicts().written,
    lost: totalLost(live),
  }
}

/** What it cost. */
export function processAccount(ranMs: number): Readonly<Record<string, string>> {
  const { user, system } = process.cpuUsage()
  return {
    seconds: (ranMs / 1000).toFixed(1),
    cpu_seconds: ((user + system) / 1e6).toFixed(2),
    rss_mib: (process.memoryUsage.rss() / 2 ** 20).toFixed(1),
  }
}
