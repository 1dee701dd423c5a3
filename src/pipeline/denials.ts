/** What the kernel side denies by itself, at hooks of BPF LSM: which rules it enforces, which not and why, and what it tells. */
import { type DenialVerdict, deriveDenials } from '../detect/denials.ts'
import type { Engine } from '../detect/engine.ts'
import { type DenialKind, MAX_SURE_TEXT } from '../events/denial.ts'
import { type Enforcement, PREVENTED_KINDS } from '../events/prevention.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import type { Log } from '../lib/log.ts'
import { deniedAct } from './denied-event.ts'
import { hostMountNamespace } from './host-mount-namespace.ts'
import type { LiveEvents } from './live-events.ts'
import type { PreventionSettings } from './prevention.ts'
import type { PreventionNotes } from './prevention-notes.ts'
import { PROTECTED_PROGRAMS } from './protected-programs.ts'

export interface DenialsHost {
  readonly settings: Pick<PreventionSettings, 'mode' | 'protectedPrograms'>
  readonly live: Pick<LiveEvents, 'knobs' | 'view' | 'ended' | 'bootId'>
  readonly notes: PreventionNotes
  readonly log: Log
  /** Beginnings of paths below which nothing is denied. */
  readonly quiet: readonly string[]
}

/** By rule: what becomes of the kinds that are a matter of the kernel side. */
export type EnforcedByKernel = ReadonlyMap<CompiledRule, readonly Enforcement[]>

export interface DenialCounters {
  readonly denied: number
  readonly wouldDeny: number
}

export interface Denials {
  /** From now on these rules decide. */
  readonly use: (engine: Pick<Engine, 'rules' | 'planner'>) => EnforcedByKernel
  readonly onDenial: (record: HeaderRecord) => void
  /** Undefined: no rule is enforced so. */
  readonly counters: () => DenialCounters | undefined
  readonly stop: () => void
}

/** By generation and kind the rules, in the order of their terms; and whether the agent acted. */
type Generation = ReadonlyMap<DenialKind, readonly CompiledRule[]>

/** Records of an older one cannot be on their way any more. */
const MAX_GENERATIONS = 4

export function keepDenials({ settings, live, notes, log, quiet }: DenialsHost): Denials {
  const { denials } = live.knobs
  const generations = new Map<number, Generation>()
  const counters = { denied: 0, wouldDeny: 0 }
  let inForce = false

  function use({ rules, planner }: Pick<Engine, 'rules' | 'planner'>): EnforcedByKernel {
    const verdicts = deriveDenials(rules, planner, quiet)
    const possible = settings.mode === 'off' ? [] : verdicts.filter(isForKernel)
    const refused = denials.watch(new Set(possible.map(({ kind }) => kind)))
    const taken = possible.filter(({ kind }) => !refused.has(kind))
    const terms = taken.flatMap((verdict) => verdict.terms)
    const act = settings.mode === 'act'
    const { generation, errno } = denials.set(terms, {
      act,
      exempt: { anybodys: sparable(settings.protectedPrograms), ofRoot: sparable(PROTECTED_PROGRAMS) },
      hostMntNs: hostMountNamespace(),
    })
    if (errno !== 0) log.warning('the kernel takes no orders to deny', { errno })
    inForce = errno === 0 && terms.length > 0
    if (inForce) remember(generation, taken)
    return enforcementOf(verdicts, (verdict) => {
      if (settings.mode === 'off') return 'prevention is off'
      return refused.get(verdict.kind) ?? (errno === 0 || verdict.terms.length === 0 ? undefined : `the kernel refused it (errno ${errno})`)
    })
  }

  /** A path that the kernel side cannot compare would not be spared: that is said. */
  function sparable(all: readonly string[]): readonly string[] {
    const long = all.filter((path) => Buffer.byteLength(path) > MAX_SURE_TEXT)
    if (long.length > 0)
      log.warning('paths of protected programs are too long for the kernel side: BPF LSM does not spare them', { programs: long.join(' ') })
    return all.filter((path) => !long.includes(path))
  }

  function remember(generation: number, taken: readonly DenialVerdict[]): void {
    const kinds = [...new Set(taken.map(({ kind }) => kind))]
    const ofKind = (kind: DenialKind) => taken.filter((one) => one.kind === kind).flatMap(({ rule, terms }) => terms.map(() => rule))
    generations.set(generation, new Map(kinds.map((kind) => [kind, ofKind(kind)])))
    for (const old of [...generations.keys()].slice(0, -MAX_GENERATIONS)) generations.delete(old)
  }

  function onDenial(record: HeaderRecord): void {
    const denied = deniedAct(record, live)
    const all = denied && generations.get(denied.generation)?.get(denied.kind)
    if (denied === undefined || all === undefined) {
      log.error('the kernel denied something, and it is not known for which rule', { kind: record.kind, pid: record.pid })
      return
    }
    const rules = [...new Set(all.filter((_, bit) => Math.floor(denied.terms / 2 ** bit) % 2 === 1))]
    const acting = settings.mode === 'act' ? rules.filter(({ rule }) => !rule.shadow) : []
    counters[acting.length > 0 ? 'denied' : 'wouldDeny']++
    notes.note(acting, 'prevented', denied.event, denied.act)
    notes.note(
      rules.filter((rule) => !acting.includes(rule)),
      'dry run',
      denied.event,
      denied.act,
    )
  }

  return Object.freeze({
    use,
    onDenial,
    counters: () => (inForce || counters.denied + counters.wouldDeny > 0 ? { ...counters } : undefined),
    stop: () => {
      if (inForce) denials.set([], { act: false, exempt: { anybodys: [], ofRoot: [] }, hostMntNs: 0 })
      denials.watch(new Set())
      inForce = false
    },
  } satisfies Denials)
}

const isOfHelper = (kind: DenialKind): boolean => PREVENTED_KINDS.some((one) => one === kind)

/** What the helper can ask the rules about is left to it where the kernel side knows only a part. */
const isForKernel = ({ kind, terms, whole }: DenialVerdict): boolean => terms.length > 0 && (whole || !isOfHelper(kind))

/** `obstacle`: why not, undefined where it is enforced. Of what the helper enforces in its place nothing is said here. */
function enforcementOf(verdicts: readonly DenialVerdict[], obstacle: (verdict: DenialVerdict) => string | undefined): EnforcedByKernel {
  const said = verdicts.flatMap((verdict) => {
    const { rule, kind, why } = verdict
    const reason = verdict.terms.length === 0 ? why : obstacle(verdict)
    const enforced = isForKernel(verdict) && reason === undefined
    if (!enforced && isOfHelper(kind)) return []
    const how = enforced ? `bpf-lsm${why === '' ? '' : `, but not ${why}`}` : `only BPF LSM can, and ${reason}`
    return [{ compiled: rule, entry: { rule: rule.rule.name, kind, enforced, how } satisfies Enforcement }]
  })
  return new Map([...Map.groupBy(said, ({ compiled }) => compiled)].map(([rule, own]) => [rule, own.map(({ entry }) => entry)]))
}
