/** The live agent: sensor → process tree → rules → folding → outputs, with counters at every stage. */
import { hostname as readHostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../detect/engine.ts'
import { deriveInterest } from '../detect/interest.ts'
import { namedFiles } from '../detect/named-files.ts'
import { createVerdicts } from '../detect/verdicts.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import type { ActionRecord } from '../findings/action-record.ts'
import type { Finding } from '../findings/finding.ts'
import type { ResponseChoice } from '../lang/response-choice.ts'
import { chosenFiles, managedFiles, type RuleChoice } from '../lang/rule-choice.ts'
import type { LineSink } from '../lib/line-sink.ts'
import type { ListenAddress } from '../lib/listen-address.ts'
import type { Log } from '../lib/log.ts'
import { releaseMemory } from '../lib/release-memory.ts'
import { type Notifier, openOutputs, prepareOutputs } from '../notify/notify.ts'
import type { KernelSource } from '../sources/ebpf.ts'
import { type BudgetGuard, createBudgetGuard } from './budget-guard.ts'
import { type Costs, createCosts } from './costs.ts'
import { createDetection, type Detection } from './detection.ts'
import { createFlightRecorder } from './flight-recorder.ts'
import { hooksReport } from './hooks-report.ts'
import { type FilterState, unfoldedKinds } from './kernel-filters.ts'
import { type LiveEvents, openLiveEvents } from './live-events.ts'
import { createLossReporter, type LossReporter } from './losses.ts'
import type { AgentView } from './metrics/agent-view.ts'
import { createNearMisses } from './near-misses.ts'
import { type Observation, openObservation } from './observation.ts'
import { outputContext } from './output-context.ts'
import { type PreventionSettings, type RunningPrevention, startPrevention } from './prevention.ts'
import type { KeepLimits } from './responses/kept-folders.ts'
import { type OpenedResponses, openResponses } from './responses/open.ts'
import { openRuleMemory, type RuleMemory } from './rule-memory.ts'
import { createRuleReload, fingerprintOf, type RuleReload } from './rule-reload.ts'
import { loadEngine, ruleNamed } from './rules.ts'
import type { Wanting } from './saving-steps.ts'
import { sayHooks, sayReady, sayStopped } from './say.ts'
import { correlationLosses, outputLosses, sensorLosses, upstreamLosses } from './sensor-losses.ts'
import { watchSignals } from './stop-signals.ts'
import { swappableEngine } from './swappable-engine.ts'
import { type LinkSettings, openServerLink, type ServerLink } from './upstream/link.ts'
import { createSensorReports } from './upstream/sensor-report.ts'
import { viewOf } from './view-of-parts.ts'
import { kindsOfTypes } from './wanted-kinds.ts'
import { watchFiles } from './watched-files.ts'

export interface AgentSettings {
  readonly rules: RuleChoice
  readonly responses: ResponseChoice
  readonly prevention: PreventionSettings
  readonly keep: KeepLimits
  readonly outputs: readonly string[]
  readonly foldWindowMs: number
  readonly shadow: boolean
  readonly verbose: boolean
  readonly explain: string | undefined
  readonly ringBytes: number | undefined
  readonly compat: boolean
  /** What no rule can want is dropped in the kernel. */
  readonly filters: boolean
  readonly metrics: ListenAddress | undefined
  readonly bpfStats: boolean
  /** Of one processor. */
  readonly maxCpu: number | undefined
  /** The rules are loaded anew when their files change. */
  readonly watchRules: boolean
  /** The folder of what outlives a run. */
  readonly state: string
  /** What is kept for a server, and who runs it; undefined: nothing. */
  readonly link: LinkSettings | undefined
  /** Of Tarsier. */
  readonly version: string
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
/** Files have to stand still between two looks. */
const WATCH_MS = 500
const REPORT_MS = 2000
const SAVE_MS = 60_000
/** Findings come a little after their events: windows stay open so long beyond their end. */
const FOLD_SLACK_NS = 300e6
const DRAIN_TIMEOUT_MS = 4000
const OUTPUT_TIMEOUT_MS = 3000
/** A reader that takes nothing does not keep new rules from being taken. */
const CATCH_UP_MS = 1000
/** 8 MiB of the last minute. */
const FLIGHT = { chunkBytes: 16 * 1024, chunks: 512, windowNs: 60e9 }
const LOSS_WAIT = { firstWaitMs: 10_000, maxWaitMs: 300_000 }

/** Runs until SIGINT or SIGTERM. Throws AppError when it cannot start: OUTPUT_*, FILE_*, RULES_*, SENSOR_*. */
export async function runAgent(settings: AgentSettings, host: AgentHost): Promise<void> {
  const begun = performance.now()
  const prepared = prepareOutputs(settings.outputs)
  const fingerprint = fingerprintOf(settings.rules)
  const report = { stderr: host.stderr, colour: host.colour.stderr }
  const engine = swappableEngine(loadEngine(settings.rules, report))
  const nearMisses = settings.explain === undefined ? undefined : createNearMisses(ruleNamed(settings.explain, engine), host.stderr)
  const notifier = openOutputs(prepared, outputContext(host, settings.verbose, settings.state))
  let onHangup = notifier.reopen
  const signals = watchSignals(() => onHangup())
  const parts = startParts()
  let observation: Observation | undefined
  onHangup = () => {
    notifier.reopen()
    void parts.rules.reload()
  }
  try {
    sayHooks(parts.live.hooks, host.log)
    observation = await observe(parts)
    await parts.live.settled(SETTLE_TIMEOUT_MS)
    // What reading rules and programs took; events wait in the ring meanwhile.
    releaseMemory()
    sayReady({ live: parts.live, rules: engine.rules.length, startMs: performance.now() - begun }, host.log)
    await parts.link?.begin(parts.live.view)
    await parts.responses?.begin(parts.link)
    await signals.stopped
  } finally {
    observation?.close()
    await stopParts(parts, notifier, host.log)
    signals.close()
  }
  sayStopped({ ...parts, notifier, hidden: nearMisses?.hidden() ?? 0, ranMs: performance.now() - begun }, host.log)

  function startParts(): Parts {
    const hostname = readHostname()
    const recorder = createFlightRecorder(FLIGHT)
    const costs = createCosts({ bootEpochNs: () => live.bootEpochNs })
    const memory = openRuleMemory(settings.state, host.log)
    const { foldWindowMs, shadow, state, version, keep, link: wantedLink } = settings
    const emit = (finding: Finding): void => {
      notifier.write(finding)
      link?.finding(finding)
      responses?.onFinding(finding)
    }
    const detection = createDetection({ engine, hostname, foldWindowMs, shadow, emit, costs, saved: memory.saved })
    const isWanted = ({ type }: AnyKernelEvent): boolean => engine.wantedTypes === 'all' || engine.wantedTypes.has(type)
    const onEvent = (event: AnyKernelEvent): number => {
      const matches = detection.onEvent(event)
      nearMisses?.look(event)
      link?.onEvent(event, isWanted(event))
      return matches
    }
    // A near miss is an event that matches nothing: it must not be filtered.
    const filters = settings.filters && nearMisses === undefined
    const wantedBy = ({ rules, planner }: Engine) => ({ rules, planner, ...deriveInterest(rules, planner) })
    const filesOf = (one: Engine): ReadonlySet<string> => namedFiles(one.rules.map(({ rule }) => rule))
    /** Whose terms the filters are made of: during a reload, the next ones. */
    let wanted = wantedBy(engine)
    let filterState: FilterState | undefined
    const live = openLiveEvents({
      kinds: kindsOfTypes(engine.wantedTypes),
      ...{ ringBytes: settings.ringBytes, compat: settings.compat },
      namedFiles: filesOf(engine),
      interest: filters ? wanted.interest : undefined,
      verdictsOn: onlyOnce((interest) => createVerdicts(wanted.rules, wanted.planner, interest)),
      onFilters: settleFolding,
      onEvent,
      onDenial: (record) => prevention.onDenial(record),
      onRepeats: detection.onRepeats,
      aroundRecord: costs.timed,
    })
    // Events come when the event loop has its turn: until then there is time for what a host without a sensor should not have.
    const link = wantedLink && openServerLink({ ...wantedLink, state, hostname, recorder, stderr: host.stderr, log: host.log })
    const acting = { state, hostname, live, emit, tell: (record: ActionRecord): void => void link?.action(record), log: host.log }
    const responses = openResponses(settings.responses, { ...acting, engine, recorder, report, version, keep }, () => prevention.files)
    const prevention = startPrevention({ ...acting, settings: settings.prevention }, engine)
    const losses = createLossReporter({ hostname, emit: emitLoss, ...LOSS_WAIT })
    const guard = createBudgetGuard({ maxShare: settings.maxCpu, rules: wantingOf(engine), hostname, knobs: live.knobs, emit: emitLoss })
    const catchUp = () => within(live.flush().then(notifier.room), CATCH_UP_MS)
    const rules = createRuleReload(
      { choice: settings.rules, engine, live, report, log: host.log, emit, beforeSwap: prepare, catchUp },
      fingerprint,
    )
    const timers = [
      ...(responses?.timers ?? []),
      ...startTimers(live, detection, () => {
        losses.update(lossesOf({ live, detection, notifier, link }), live.nowNs())
        guard.check(live.nowNs())
        live.judgeAnew()
      }),
    ]
    timers.push(setInterval(() => memory.write(detection.save()), SAVE_MS))
    timers.push(watchRules(() => managedFiles(settings.rules), rules.reload))
    if (settings.watchRules) timers.push(watchRules(() => chosenFiles(settings.rules), rules.reload))
    if (link !== undefined) timers.push(...reportTo(link))
    return { live, detection, losses, costs, guard, rules, timers, memory, link, prevention, responses }

    /** About ourselves: in every output, and on standard error. */
    function emitLoss(finding: Finding): void {
      emit(finding)
      host.log.warning(finding.output)
    }

    function reportTo(to: ServerLink): NodeJS.Timeout[] {
      const conditions = () => ({ hooks: live.hooks, filters: filterState, compat: settings.compat, budget: guard.state() })
      const facts = { hostname, version, bootId: live.bootId }
      const looked = { live, detection, costs, guard, prevention, responses, link }
      const report = createSensorReports({ facts, view: () => view(looked), conditions })
      return [setInterval(() => to.report(report(live.nowNs())), REPORT_MS), setInterval(() => to.sweep(live.nowNs()), SWEEP_MS)]
    }

    function settleFolding(state: FilterState, knobs: Pick<KernelSource, 'setUnfolded'>): void {
      filterState = filters ? state : undefined
      const { unfiltered, errno } = state
      if (errno !== 0) host.log.warning('the kernel took no filters: every event is sent', { errno })
      if (unfiltered.length > 0)
        host.log.warning('filters too large for the kernel: of these kinds every event is sent', { kinds: unfiltered.join(' ') })
      knobs.setUnfolded(unfoldedKinds(wanted, state))
    }

    function prepare(next: Engine): void {
      responses?.useRules(next)
      prevention.use(next)
      guard.use(wantingOf(next))
      wanted = wantedBy(next)
      live.useFilters(filters ? wanted.interest : undefined, filesOf(next))
      const explained = next.rules.find(({ rule }) => rule.name === settings.explain)
      if (explained) nearMisses?.use(explained)
    }
  }

  function view({ link, ...parts }: Omit<Parts, 'losses' | 'rules' | 'timers' | 'memory'>): AgentView {
    const rules = () => engine.rules.map(({ rule }) => rule)
    return viewOf({ ...parts, notifier, upstream: () => link?.view(), rules })
  }

  function observe(parts: Parts): Promise<Observation> {
    const { metrics: address, bpfStats: measurePrograms } = settings
    const { costs, live } = parts
    return openObservation({
      address,
      measurePrograms,
      view: () => view(parts),
      hooks: () => hooksReport(live),
      costs,
      knobs: live.knobs,
      log: host.log,
    })
  }
}

/** The same answer as long as the question is the same object. */
function onlyOnce<Q extends object, A>(answer: (question: Q) => A): (question: Q) => A {
  let last: { readonly question: Q; readonly answer: A } | undefined
  return (question) => {
    if (last?.question !== question) last = { question, answer: answer(question) }
    return last.answer
  }
}

interface Parts {
  readonly live: LiveEvents
  readonly detection: Detection
  readonly losses: LossReporter
  readonly costs: Costs
  readonly guard: BudgetGuard
  readonly rules: RuleReload
  readonly timers: readonly NodeJS.Timeout[]
  readonly memory: RuleMemory
  readonly link: ServerLink | undefined
  readonly prevention: RunningPrevention
  readonly responses: OpenedResponses | undefined
}

function startTimers(live: LiveEvents, detection: Detection, checkLosses: () => void): NodeJS.Timeout[] {
  return [
    setInterval(() => detection.advance(live.nowNs() - FOLD_SLACK_NS), TICK_MS),
    setInterval(checkLosses, LOSS_CHECK_MS),
    setInterval(live.sweep, SWEEP_MS),
  ]
}

function watchRules(files: () => readonly string[], onChange: () => void): NodeJS.Timeout {
  return setInterval(watchFiles(files, onChange).look, WATCH_MS)
}

const wantingOf = ({ rules }: Engine): readonly Wanting[] => rules.map(({ rule, types }) => ({ priority: rule.priority, types }))

function lossesOf({ live, detection, notifier, link }: Pick<Parts, 'live' | 'detection' | 'link'> & { readonly notifier: Notifier }) {
  return [
    ...sensorLosses(live),
    ...correlationLosses(detection.correlation()),
    ...outputLosses(notifier.stats()),
    ...upstreamLosses(link?.view()),
  ]
}

/** From the source to the outputs, so that what was seen is still printed. Each step has its time; then the next follows. */
async function stopParts(parts: Parts, notifier: Notifier, log: Log): Promise<void> {
  const { live, detection, losses, rules, timers, memory, link, responses } = parts
  for (const timer of timers) clearInterval(timer)
  parts.prevention.stop()
  rules.end()
  if (!(await within(live.stop(), DRAIN_TIMEOUT_MS))) log.warning('the sensor did not end in time; its last events are missing')
  detection.flush()
  await responses?.close()
  memory.write(detection.save())
  losses.update(lossesOf({ ...parts, notifier }), live.nowNs())
  losses.flush(live.nowNs())
  await notifier.close(OUTPUT_TIMEOUT_MS)
  await link?.close()
}

/** In steps, each of which gives the event loop a turn: a machine that stood still meanwhile has not had its time. */
async function within(work: Promise<void>, timeoutMs: number): Promise<boolean> {
  const done = work.then(() => true)
  for (let left = timeoutMs; left > 0; left -= WAIT_STEP_MS) {
    if (await Promise.race([done, sleep(WAIT_STEP_MS, false)])) return true
  }
  return false
}

const WAIT_STEP_MS = 100
