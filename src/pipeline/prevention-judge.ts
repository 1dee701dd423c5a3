/** What the helper asks is put to the rules; what was denied, or would have been, becomes a finding and an action record. */
import type { Prevention } from '../detect/prevention.ts'
import type { Process } from '../events/process.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import type { Log } from '../lib/log.ts'
import { type BlockedFiles, isCopy } from '../respond/prevention/blocked-files.ts'
import type { Candidate } from '../respond/prevention/messages.ts'
import type { PreventionListener } from '../respond/prevention/prevention.ts'
import type { LiveEvents } from './live-events.ts'
import { childOf, createPreventedEvents, isSame, isUpToDate } from './prevented-event.ts'
import type { PreventedAct, PreventionEnd } from './prevention-findings.ts'
import type { PreventionNotes } from './prevention-notes.ts'

export interface JudgeHost {
  readonly live: Pick<LiveEvents, 'view' | 'ended' | 'nowNs' | 'flush' | 'bootId'>
  readonly notes: PreventionNotes
  readonly blocked: Pick<BlockedFiles, 'of'>
  readonly log: Log
}

export type PreventionJudge = Pick<PreventionListener, 'onAsk' | 'onTold' | 'onBlocked'>

/** `prevention`: what the helper decides by at the moment. */
export function createPreventionJudge({ live, notes, blocked, log }: JudgeHost, prevention: () => Prevention): PreventionJudge {
  const events = createPreventedEvents({ view: () => live.view, nowNs: live.nowNs, bootId: live.bootId })

  /** As the tree knows it once it has heard all that happened before; it may have ended meanwhile. */
  async function processOf(candidate: Candidate): Promise<Process> {
    const { pid, ppid, startTicks } = candidate
    const known = live.view.process(pid, 0)
    if (known !== undefined && isUpToDate(known, candidate)) return known
    await live.flush()
    const found = [live.view.process(pid, 0), live.ended(pid), known].find((one) => one !== undefined && isSame(one, startTicks))
    if (found !== undefined) return found
    const parent = live.view.process(ppid, 0) ?? live.view.process(1, 0) ?? live.view.process(process.pid, 0)
    if (parent === undefined) throw new Error('the process tree is empty')
    return childOf(parent, candidate)
  }

  function forbidding(by: Prevention, candidate: Candidate, opener: Process): readonly CompiledRule[] {
    const all = events.of(candidate, opener).map((event) => by.forbidding(event, candidate.kind))
    return (all[0] ?? []).filter((rule) => all.every((rules) => rules.includes(rule)))
  }

  async function judge(candidate: Candidate, answer: Parameters<PreventionListener['onAsk']>[1], waits: boolean): Promise<void> {
    const by = prevention()
    const opener = await processOf(candidate)
    const rules = forbidding(by, candidate, opener)
    const acting = rules.filter(({ rule }) => !rule.shadow)
    const deny = waits && acting.length > 0
    answer({ deny, keep: true }, (applied) => note(acting, applied ? 'prevented' : 'too late', candidate, opener))
    note(deny ? rules.filter(({ rule }) => rule.shadow) : rules, 'dry run', candidate, opener)
  }

  /** Without a rule it was decided as it had been before: then the rules are asked whose it was. */
  async function told(candidate: Candidate, rule: number | undefined, end: PreventionEnd): Promise<void> {
    const by = prevention()
    const opener = await processOf(candidate)
    const named = rule === undefined ? undefined : by.rule(rule)
    note(named === undefined ? forbidding(by, candidate, opener) : [named], end, candidate, opener)
  }

  /** One that was let go meanwhile has no other name than its path. */
  async function deniedBlocked(id: number, candidate: Candidate): Promise<void> {
    const file = blocked.of(id)
    const [event] = events.of(candidate, await processOf(candidate))
    const act = { ...actOf(candidate), because: `the file is blocked${file === undefined ? '' : `: ${file.path}`}` }
    if (event !== undefined) notes.noteBlocked(event, act, file !== undefined && isCopy(file, candidate) ? file.path : undefined)
  }

  function note(rules: readonly CompiledRule[], end: PreventionEnd, candidate: Candidate, opener: Process): void {
    const [event] = rules.length === 0 ? [] : events.of(candidate, opener)
    if (event === undefined) return
    notes.note(rules, end, event, actOf(candidate))
  }

  /** A bug in one question keeps none of the next from being answered. */
  function watched(work: Promise<void>): void {
    work.catch((error: unknown) => log.error('a decision of prevention failed', { error: textOf(error) }))
  }

  return Object.freeze({
    onAsk: (candidate, answer, waits) => watched(judge(candidate, answer, waits)),
    onTold: (outcome, rule, candidate) => watched(told(candidate, rule, outcome === 'denied' ? 'prevented' : 'dry run')),
    onBlocked: (id, candidate) => watched(deniedBlocked(id, candidate)),
  } satisfies PreventionJudge)
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

const actOf = ({ kind, path, pid, comm, openFlags }: Candidate): PreventedAct => ({
  ...{ verb: kind === 'process.exec' ? 'exec' : 'open', of: path, pid, comm, by: 'fanotify' },
  detail: { path, openFlags: openFlags ?? null },
})
