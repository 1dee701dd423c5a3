/**
 * Prevention in the agent: the rules that are marked `prevent` become decisions of the helper, which is started, watched and started again. Whatever goes
 * wrong, what it was about is allowed, counted and told.
 */
import { fileURLToPath } from 'node:url'
import type { Engine } from '../detect/engine.ts'
import { derivePrevention, type Prevention } from '../detect/prevention.ts'
import type { Enforcement } from '../events/prevention.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import type { Finding } from '../findings/finding.ts'
import { INTERNAL_RULES, internalFinding } from '../findings/internal-finding.ts'
import type { Log } from '../lib/log.ts'
import type { PreventNative } from '../respond/prevention/native.ts'
import { openPrevention, type PreventionCounters, type PreventionLink } from '../respond/prevention/prevention.ts'
import type { TableSettings } from '../respond/prevention/table.ts'
import { loadAddon } from '../sources/ebpf/addon.ts'
import { type DenialCounters, type DenialsHost, keepDenials } from './denials.ts'
import { createLossReporter, type LossTotal } from './losses.ts'
import { createPreventionJudge, type JudgeHost } from './prevention-judge.ts'
import { createPreventionNotes, type NotesHost } from './prevention-notes.ts'
import { PROTECTED_PROGRAMS } from './protected-programs.ts'

export type PreventionMode = 'off' | 'dry-run' | 'act'

export interface PreventionSettings {
  readonly mode: PreventionMode
  /** How long whoever opens or runs a file waits for JavaScript, at most. */
  readonly deadlineMs: number
  /** Only the file systems that are mounted at these points; none: any that the rules speak of. */
  readonly mounts: readonly string[]
  /** Full paths of programs that are never denied anything, beside those that every host needs. */
  readonly protectedPrograms: readonly string[]
}

export interface PreventionHost extends Omit<JudgeHost, 'notes'>, NotesHost {
  readonly live: JudgeHost['live'] & DenialsHost['live']
  readonly settings: PreventionSettings
  /** The folder of what outlives a run: nothing below it is denied. */
  readonly state: string
}

export interface PreventionStatus {
  readonly mode: PreventionMode
  /** The helper runs and has the present decisions. */
  readonly inForce: boolean
  /** Undefined: it never ran. */
  readonly counters: PreventionCounters | undefined
  /** What the kernel side denied by itself; undefined: no rule is enforced so. */
  readonly denials: DenialCounters | undefined
  /** What is enforced by what, and what cannot be. */
  readonly enforcement: readonly Enforcement[]
  /** Mount points that are watched; with an errno those that could not be. */
  readonly mounts: readonly { readonly path: string; readonly errno: number }[]
}

export interface RunningPrevention {
  /** From now on these rules decide. */
  readonly use: (engine: Pick<Engine, 'rules' | 'planner'>) => void
  /** What the kernel side denied, or would have. */
  readonly onDenial: (record: HeaderRecord) => void
  readonly status: () => PreventionStatus
  readonly stop: () => void
}

const HELPER = fileURLToPath(new URL('../../build/tarsier-prevent', import.meta.url))
const FOLD_SLACK_NS = 300e6
const TICK_MS = 200
/** A helper that ends is started again, so many times in so long. */
const MAX_STARTS = 4
const STARTS_WITHIN_MS = 600_000
const RESTART_MS = 1000
const LOSS_WAIT = { firstWaitMs: 10_000, maxWaitMs: 300_000 }

/** Begins at once where a rule is marked `prevent` and the mode is not `off`. */
export function startPrevention(host: PreventionHost, engine: Pick<Engine, 'rules' | 'planner'>): RunningPrevention {
  const { settings, live, log } = host
  const notes = createPreventionNotes(host)
  const denials = keepDenials({ settings, live, notes, log, quiet: quietOf(host) })
  let wanted: Prevention = derive(engine)
  const judge = createPreventionJudge({ live, notes, log }, () => helper.decidesBy() ?? wanted)
  const losses = createLossReporter({ hostname: host.hostname, emit: warn, ...LOSS_WAIT })
  const starts: number[] = []
  let restart: NodeJS.Timeout | undefined
  const helper = keepHelper({ native: loadAddon(), listener: judge, log, onFailed: failed, onEnded: again })
  const timer = setInterval(tick, TICK_MS).unref()

  function derive(from: Pick<Engine, 'rules' | 'planner'>): Prevention {
    return derivePrevention(from.rules, from.planner, denials.use(from))
  }

  function use(next: Pick<Engine, 'rules' | 'planner'>): void {
    wanted = derive(next)
    sayEnforcement(wanted.enforcement, settings.mode, log)
    follow()
  }

  function follow(): void {
    if (settings.mode === 'off' || (!helper.runs() && wanted.decisions.rules.length === 0)) return
    if (!helper.runs()) starts.push(performance.now())
    helper.use(wanted, tableSettings(host))
  }

  function again(): void {
    failed('its helper has ended; whoever waited went on')
    const lately = starts.filter((at) => performance.now() - at < STARTS_WITHIN_MS)
    if (lately.length < MAX_STARTS) restart = setTimeout(follow, RESTART_MS).unref()
    else failed(`its helper ended ${MAX_STARTS} times: it stays off until rules are loaded anew`)
  }

  function failed(reason: string): void {
    const facts = { output: `prevention is not in force: ${reason}`, fields: { 'tarsier.mode': settings.mode } }
    warn(internalFinding(INTERNAL_RULES.preventionFailed, { ...facts, timeNs: live.nowNs(), hostname: host.hostname }))
  }

  function warn(finding: Finding): void {
    host.emit(finding)
    log.warning(finding.output)
  }

  function tick(): void {
    notes.advance(live.nowNs() - FOLD_SLACK_NS)
    const counters = helper.counters()
    if (counters !== undefined) losses.update(missedOf(counters), live.nowNs())
  }

  function stop(): void {
    clearInterval(timer)
    clearTimeout(restart)
    helper.stop()
    denials.stop()
    notes.flush()
  }

  sayEnforcement(wanted.enforcement, settings.mode, log)
  follow()
  const status = (): PreventionStatus => ({
    ...{ mode: settings.mode, ...helper.status() },
    ...{ denials: denials.counters(), enforcement: wanted.enforcement },
  })
  return Object.freeze({ use, onDenial: denials.onDenial, status, stop })
}

const quietOf = ({ state }: PreventionHost): readonly string[] => [`${state.replace(/\/+$/, '')}/`]

const tableSettings = (host: PreventionHost): TableSettings => tableOf(host.settings, quietOf(host))

const tableOf = (settings: PreventionSettings, quiet: readonly string[]): TableSettings => ({
  act: settings.mode === 'act',
  deadlineMs: settings.deadlineMs,
  agentPid: process.pid,
  mounts: settings.mounts,
  protectedPrograms: [...PROTECTED_PROGRAMS, ...settings.protectedPrograms],
  quiet,
})

interface HelperOptions {
  readonly native: PreventNative
  readonly listener: Pick<ReturnType<typeof createPreventionJudge>, 'onAsk' | 'onTold'>
  readonly log: Log
  readonly onFailed: (reason: string) => void
  readonly onEnded: () => void
}

/** One helper at a time, and what is known of it and of those before. */
function keepHelper({ native, listener, log, onFailed, onEnded }: HelperOptions) {
  const mounts = new Map<string, number>()
  /** Sent, and not taken yet; what is told before is told by the one before. */
  let sent: Prevention[] = []
  let current: Prevention | undefined
  let link: PreventionLink | undefined
  let before: PreventionCounters | undefined
  let inForce = false

  function use(prevention: Prevention, settings: TableSettings): void {
    try {
      link ??= start()
      const errno = link.use(prevention.decisions, settings)
      if (errno === 0) sent.push(prevention)
      else onFailed(`the helper takes no rules (errno ${errno})`)
    } catch (error) {
      onFailed(error instanceof Error ? error.message : String(error))
    }
  }

  function start(): PreventionLink {
    mounts.clear()
    return openPrevention(native, HELPER, { ...listener, onReady, onMount, onEnded: ended })
  }

  function onReady({ errno, watched, refused }: { readonly errno: number; readonly watched: number; readonly refused: number }): void {
    const taken = sent.shift()
    if (errno === 0) current = taken
    else onFailed(`the kernel or the helper refused it (errno ${errno})`)
    inForce = errno === 0
    if (inForce) log.info('prevention', { rules: current?.decisions.rules.length ?? 0, filesystems: watched, refused })
  }

  function onMount(path: string, errno: number): void {
    mounts.set(path, errno)
    if (errno !== 0) log.warning('a file system could not be watched for prevention', { path, errno })
  }

  function ended(): void {
    before = counters()
    link = undefined
    current = undefined
    sent = []
    inForce = false
    onEnded()
  }

  const counters = (): PreventionCounters | undefined => (link === undefined ? before : sum(before, link.counters()))

  return {
    use,
    counters,
    runs: () => link !== undefined,
    decidesBy: () => current,
    status: () => ({ inForce, counters: counters(), mounts: [...mounts].map(([path, errno]) => ({ path, errno })) }),
    stop: () => {
      inForce = false
      link?.stop()
    },
  }
}

/** What is enforced by what, and what cannot be: one line each. Nothing where no rule is marked. */
function sayEnforcement(enforcement: readonly Enforcement[], mode: PreventionMode, log: Log): void {
  for (const { rule, kind, enforced, how } of enforcement) {
    if (mode === 'off') log.info('a rule is marked prevent, but prevention is off', { rule })
    else if (enforced) log.info('prevention of a rule', { rule, of: kind, by: how, mode })
    else log.warning('a rule cannot be enforced', { rule, of: kind, because: how })
  }
}

function missedOf({ timedOut, failedOpen, untold }: PreventionCounters): LossTotal[] {
  const rule = INTERNAL_RULES.preventionMissed
  const missed = (why: string, total: number): LossTotal => ({ rule, what: 'decisions of prevention', why, total })
  return [
    missed('no answer came in time: what they were about was allowed', timedOut),
    missed('the process could not be read, or too many waited: what they were about was allowed', failedOpen),
    missed('the agent is too slow to hear of them: no finding tells', untold),
  ]
}

function sum(a: PreventionCounters | undefined, b: PreventionCounters): PreventionCounters {
  if (a === undefined) return b
  return Object.fromEntries(
    Object.entries(a).map(([name, value]) => [name, value + b[name as keyof PreventionCounters]]),
  ) as PreventionCounters
}
