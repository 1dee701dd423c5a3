/**
 * Prevention in the agent: the rules that are marked `prevent` become decisions of the helper, which is started, watched and started again. Whatever goes
 * wrong, what it was about is allowed, counted and told.
 */
import { constants } from 'node:os'
import type { Engine } from '../detect/engine.ts'
import { derivePrevention, type Prevention } from '../detect/prevention.ts'
import type { Enforcement } from '../events/prevention.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import type { Finding } from '../findings/finding.ts'
import { INTERNAL_RULES, internalFinding } from '../findings/internal-finding.ts'
import type { Log } from '../lib/log.ts'
import type { FileDenial, Native } from '../respond/native.ts'
import { createBlockedFiles } from '../respond/prevention/blocked-files.ts'
import type { PreventionCounters } from '../respond/prevention/prevention.ts'
import type { TableSettings } from '../respond/prevention/table.ts'
import { loadAddon } from '../sources/ebpf/addon.ts'
import { type DenialCounters, type DenialsHost, keepDenials } from './denials.ts'
import { createLossReporter, type LossTotal } from './losses.ts'
import { keepHelper } from './prevention-helper.ts'
import { createPreventionJudge, type JudgeHost } from './prevention-judge.ts'
import { createPreventionNotes, type NotesHost } from './prevention-notes.ts'
import { MAX_STARTS, RESTART_MS, restartWaitMs } from './prevention-restart.ts'
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

export interface PreventionHost extends Omit<JudgeHost, 'notes' | 'blocked'>, NotesHost {
  readonly live: JudgeHost['live'] & DenialsHost['live']
  readonly settings: PreventionSettings
  /** The folder of what outlives a run: nothing below it is denied. */
  readonly state: string
}

export interface PreventionStatus {
  readonly mode: PreventionMode
  /** The helper runs and has the present decisions. */
  readonly inForce: boolean
  /** Files that nobody may open or run. */
  readonly blockedFiles: number
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
  /** For the responses, whatever becomes of rules. Where prevention is off it is refused with ENOSYS. */
  readonly files: DeniedFiles
  /** What the kernel side denied, or would have. */
  readonly onDenial: (record: HeaderRecord) => void
  readonly status: () => PreventionStatus
  readonly stop: () => void
}

export type DeniedFiles = Required<Pick<Native, 'denyFile' | 'allowFile' | 'lookAtFile'>>

const FOLD_SLACK_NS = 300e6
const TICK_MS = 200
const LOSS_WAIT = { firstWaitMs: 10_000, maxWaitMs: 300_000 }

/** Begins at once where a rule is marked `prevent` and the mode is not `off`; else with the first file that is blocked. */
export function startPrevention(host: PreventionHost, engine: Pick<Engine, 'rules' | 'planner'>): RunningPrevention {
  const { settings, live, log } = host
  const notes = createPreventionNotes(host)
  const denials = keepDenials({ settings, live, notes, log, quiet: quietOf(host) })
  let wanted: Prevention = derive(engine)
  const blocked = createBlockedFiles({ start: () => helper.runs() || launch(), send: (order, fd) => helper.order(order, fd), onLost })
  const judge = createPreventionJudge({ live, notes, blocked, log }, () => helper.decidesBy() ?? wanted)
  const losses = createLossReporter({ hostname: host.hostname, emit: warn, ...LOSS_WAIT })
  const starts: number[] = []
  let restart: NodeJS.Timeout | undefined
  const helper = keepHelper({ native: loadAddon(), listener: { ...judge, onFile: blocked.onFile }, log, onFailed: failed, onEnded: again })
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
    const isWanted = helper.runs() || wanted.decisions.rules.length > 0 || blocked.count() > 0
    if (settings.mode !== 'off' && isWanted) launch()
  }

  function launch(): void {
    const isNew = !helper.runs()
    if (isNew) starts.splice(0, starts.length, ...starts.slice(1 - MAX_STARTS), performance.now())
    helper.use(wanted, tableOf(settings, quietOf(host)))
    if (isNew) blocked.tellAll().catch((error: unknown) => failed(`blocked files could not be told to it: ${error}`))
  }

  function again(): void {
    blocked.onEnded()
    failed('its helper has ended; whoever waited went on')
    const waitMs = restartWaitMs(starts, performance.now())
    clearTimeout(restart)
    restart = setTimeout(follow, waitMs).unref()
    if (waitMs > RESTART_MS)
      failed(
        `its helper ended ${MAX_STARTS} times: it is started again in ${Math.ceil(waitMs / 1000)} s, or with new rules, or a file to block`,
      )
  }

  function failed(reason: string): void {
    const facts = { output: `prevention is not in force: ${reason}`, fields: { 'tarsier.mode': settings.mode } }
    warn(internalFinding(INTERNAL_RULES.preventionFailed, { ...facts, timeNs: live.nowNs(), hostname: host.hostname }))
  }

  function onLost(path: string, { errno, byContent }: { readonly errno: number; readonly byContent: boolean }): void {
    const what = byContent ? 'only copies of it are denied' : `it is not denied any more (errno ${errno})`
    const facts = { output: `the helper of prevention started anew and did not find ${path}: ${what}`, fields: { 'fd.name': path } }
    warn(internalFinding(INTERNAL_RULES.blockLost, { ...facts, timeNs: live.nowNs(), hostname: host.hostname }))
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
    blocked.onEnded()
    denials.stop()
    notes.flush()
  }

  sayEnforcement(wanted.enforcement, settings.mode, log)
  follow()
  const status = (): PreventionStatus => ({
    ...{ mode: settings.mode, blockedFiles: blocked.count(), ...helper.status() },
    ...{ denials: denials.counters(), enforcement: wanted.enforcement },
  })
  return Object.freeze({ use, files: settings.mode === 'off' ? NO_FILES : blocked, onDenial: denials.onDenial, status, stop })
}

const OFF: FileDenial = { errno: constants.errno.ENOSYS, before: false, byInode: false, byContent: false, watched: 0, refused: 0 }
const NO_FILES: DeniedFiles = {
  denyFile: async () => OFF,
  allowFile: async () => constants.errno.ENOENT,
  lookAtFile: async () => OFF,
}

const quietOf = ({ state }: PreventionHost): readonly string[] => [`${state.replace(/\/+$/, '')}/`]

const tableOf = (settings: PreventionSettings, quiet: readonly string[]): TableSettings => ({
  act: settings.mode === 'act',
  deadlineMs: settings.deadlineMs,
  agentPid: process.pid,
  mounts: settings.mounts,
  protectedPrograms: settings.protectedPrograms,
  programsOfRoot: PROTECTED_PROGRAMS,
  quiet,
})

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
