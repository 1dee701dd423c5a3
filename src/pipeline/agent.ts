/** The live agent: sensor → process tree → rules → folding → outputs, with counters at every stage. */
import { hostname as readHostname } from 'node:os'
import { namedFiles } from '../detect/named-files.ts'
import type { Finding } from '../findings/finding.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import type { LineSink } from '../lib/line-sink.ts'
import type { Log } from '../lib/log.ts'
import { type Notifier, openOutputs, prepareOutputs } from '../notify/notify.ts'
import { createDetection, type Detection } from './detection.ts'
import { type LiveEvents, openLiveEvents } from './live-events.ts'
import { createLossReporter, type LossReporter } from './losses.ts'
import { createNearMisses } from './near-misses.ts'
import { outputContext } from './output-context.ts'
import { loadEngine, ruleNamed } from './rules.ts'
import { sayHooks, sayReady, sayStopped } from './say.ts'
import { outputLosses, sensorLosses } from './sensor-losses.ts'
import { watchSignals } from './stop-signals.ts'
import { kindsOfTypes } from './wanted-kinds.ts'

export interface AgentSettings {
  readonly rules: RuleChoice
  readonly outputs: readonly string[]
  readonly foldWindowMs: number
  readonly verbose: boolean
  readonly explain: string | undefined
  readonly ringBytes: number | undefined
  readonly compat: boolean
}

/** What the agent is given of its process. */
export interface AgentHost {
  readonly stdout: LineSink
  readonly stderr: (lines: string) => void
  readonly log: Log
  /** Colours on standard output, on standard error. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean }
}

/** A process can hold up the reading of its arguments; the others are not made to wait for it. */
const SETTLE_TIMEOUT_MS = 1000
const TICK_MS = 200
const LOSS_CHECK_MS = 1000
const SWEEP_MS = 30_000
/** Findings come a little after their events: windows stay open so long beyond their end. */
const FOLD_SLACK_NS = 300e6
const DRAIN_TIMEOUT_MS = 4000
const OUTPUT_TIMEOUT_MS = 3000
const LOSS_WAIT = { firstWaitMs: 10_000, maxWaitMs: 300_000 }

/** Runs until SIGINT or SIGTERM. Throws AppError when it cannot start: OUTPUT_*, FILE_*, RULES_*, SENSOR_*. */
export async function runAgent(settings: AgentSettings, host: AgentHost): Promise<void> {
  const begun = performance.now()
  const prepared = prepareOutputs(settings.outputs)
  const engine = loadEngine(settings.rules, { stderr: host.stderr, colour: host.colour.stderr })
  const nearMisses = settings.explain === undefined ? undefined : createNearMisses(ruleNamed(settings.explain, engine), host.stderr)
  const notifier = openOutputs(prepared, outputContext(host, settings.verbose))
  const signals = watchSignals(notifier.reopen)
  const parts = startParts()
  try {
    sayHooks(parts.live.hooks, host.log)
    await parts.live.settled(SETTLE_TIMEOUT_MS)
    sayReady({ live: parts.live, rules: engine.rules.length, startMs: performance.now() - begun }, host.log)
    await signals.stopped
  } finally {
    await stopParts(parts, notifier, host.log)
    signals.close()
  }
  sayStopped({ ...parts, notifier, hidden: nearMisses?.hidden() ?? 0, ranMs: performance.now() - begun }, host.log)

  function startParts(): Parts {
    const hostname = readHostname()
    const detection = createDetection({ engine, hostname, foldWindowMs: settings.foldWindowMs, emit: notifier.write })
    const onEvent: Detection['onEvent'] = nearMisses
      ? (event) => {
          detection.onEvent(event)
          nearMisses.look(event)
        }
      : detection.onEvent
    const kinds = kindsOfTypes(engine.wantedTypes)
    const live = openLiveEvents({
      kinds,
      ringBytes: settings.ringBytes,
      compat: settings.compat,
      namedFiles: namedFiles(engine.rules.map(({ rule }) => rule)),
      onEvent,
    })
    const losses = createLossReporter({ hostname, emit: emitLoss, ...LOSS_WAIT })
    const timers = startTimers(live, detection, () => losses.update(lossesOf(live, notifier), live.nowNs()))
    return { live, detection, losses, timers }
  }

  /** About ourselves: in every output, and on standard error. */
  function emitLoss(finding: Finding): void {
    notifier.write(finding)
    host.log.warning(finding.output)
  }
}

interface Parts {
  readonly live: LiveEvents
  readonly detection: Detection
  readonly losses: LossReporter
  readonly timers: readonly NodeJS.Timeout[]
}

function startTimers(live: LiveEvents, detection: Detection, checkLosses: () => void): readonly NodeJS.Timeout[] {
  return [
    setInterval(() => detection.advance(live.nowNs() - FOLD_SLACK_NS), TICK_MS),
    setInterval(checkLosses, LOSS_CHECK_MS),
    setInterval(live.sweep, SWEEP_MS),
  ]
}

function lossesOf(live: LiveEvents, notifier: Notifier) {
  return [...sensorLosses(live), ...outputLosses(notifier.stats())]
}

/** From the source to the outputs, so that what was seen is still printed. Each step has its time; then the next follows. */
async function stopParts({ live, detection, losses, timers }: Parts, notifier: Notifier, log: Log): Promise<void> {
  for (const timer of timers) clearInterval(timer)
  if (!(await within(live.stop(), DRAIN_TIMEOUT_MS))) log.warning('the sensor did not end in time; its last events are missing')
  detection.flush()
  losses.update(lossesOf(live, notifier), live.nowNs())
  losses.flush(live.nowNs())
  await notifier.close(OUTPUT_TIMEOUT_MS)
}

async function within(work: Promise<void>, timeoutMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(() => resolve(false), timeoutMs)
  const done = await Promise.race([work.then(() => true), promise])
  clearTimeout(timer)
  return done
}
