/** `tarsier events`: every event of the wanted kinds, or those for which a condition holds. */

import type { Event } from '../events/event.ts'
import { VOCABULARY } from '../events/fields.ts'
import type { KindName } from '../events/kinds.ts'
import { type CompiledRule, compileRule } from '../lang/compile-rule.ts'
import { renderDiagnostic } from '../lang/diagnostic.ts'
import { loadCondition } from '../lang/load-condition.ts'
import { AppError } from '../lib/app-error.ts'
import type { AgentHost } from './agent.ts'
import { type LiveEvents, openLiveEvents } from './live-events.ts'
import { createLossReporter } from './losses.ts'
import { processAccount, sayHooks, sayReady, sensorAccount } from './say.ts'
import { sensorLosses } from './sensor-losses.ts'
import { watchSignals } from './stop-signals.ts'
import { kindsOfPatterns, kindsOfTypes } from './wanted-kinds.ts'

export interface WatchOptions {
  readonly kinds: readonly string[]
  /** A condition in the rule language. */
  readonly filter: string | undefined
  readonly ringBytes: number | undefined
  readonly compat: boolean
  readonly onEvent: (event: Event) => void
}

const LOSS_CHECK_MS = 1000
const LOSS_WAIT = { firstWaitMs: 10_000, maxWaitMs: 300_000 }

/** Runs until SIGINT or SIGTERM. Throws AppError EVENT_UNKNOWN_KIND, FILTER_INVALID, SENSOR_*. */
export async function watchEvents(options: WatchOptions, host: AgentHost): Promise<void> {
  const begun = performance.now()
  const filter = options.filter === undefined ? undefined : compileFilter(options.filter, host)
  const signals = watchSignals()
  let shown = 0
  const onEvent = (event: Event): void => {
    if (filter && !filter.matches(event)) return
    shown++
    options.onEvent(event)
  }
  const live = openLiveEvents({ kinds: kindsOf(options.kinds, filter), ringBytes: options.ringBytes, compat: options.compat, onEvent })
  sayHooks(live.hooks, host.log)
  sayReady({ live, rules: undefined, startMs: performance.now() - begun }, host.log)
  const timer = startLossReports(live, host)
  await signals.stopped
  clearInterval(timer)
  await live.stop()
  signals.close()
  host.log.info('stopped', { ...sensorAccount(live), shown, ...processAccount(performance.now() - begun) })
}

/** What the filter can match, of what was asked for. */
function kindsOf(patterns: readonly string[], filter: CompiledRule | undefined): ReadonlySet<KindName> {
  const wanted = kindsOfPatterns(patterns)
  if (filter === undefined) return wanted
  const possible = kindsOfTypes(filter.types)
  return new Set([...wanted].filter((kind) => possible.has(kind)))
}

/** Mistakes are told as in rules. Throws AppError FILTER_INVALID after showing them. */
function compileFilter(condition: string, { stderr, colour }: AgentHost): CompiledRule {
  const { rule, diagnostics } = loadCondition(condition, { vocabulary: VOCABULARY, path: '--filter' })
  if (rule) return compileRule(rule, VOCABULARY)
  for (const problem of diagnostics) stderr(`${renderDiagnostic(problem, { color: colour.stderr })}\n`)
  throw new AppError('FILTER_INVALID', { condition })
}

function startLossReports(live: LiveEvents, { log }: AgentHost): NodeJS.Timeout {
  const losses = createLossReporter({ hostname: live.hostname, emit: (finding) => log.warning(finding.output), ...LOSS_WAIT })
  return setInterval(() => {
    losses.update(sensorLosses(live), live.nowNs())
    live.sweep()
  }, LOSS_CHECK_MS)
}
