/** What --max-cpu does, in which order: first folds harder, then samples what only rules of low priority want. */
import type { KindName } from '../events/kinds.ts'
import { PRIORITIES, type Priority } from '../findings/finding.ts'
import type { Saving } from './budget.ts'
import { kindsWithTypes } from './wanted-kinds.ts'

const FOLD_WINDOW_MS = 1000
const LONGER_WINDOWS_MS = [4_000, 15_000, 60_000]
/** One in 4, in 16, in 64. */
const SHIFTS = [2, 4, 6]
/** Rules from here on up see every event, whatever it costs. */
const ALWAYS_WHOLE: Priority = 'warning'

/** Kinds that come in numbers and from which nothing but the rules learns: without one of them, no other event says less. */
const SAMPLED_KINDS: readonly KindName[] = [
  'file.open',
  'file.rename',
  'file.unlink',
  'file.link',
  'file.mkdir',
  'file.chmod',
  'file.chown',
  'file.truncate',
  'net.socket',
  'net.connect',
  'net.bind',
  'net.accept',
  'net.send',
  'net.shutdown',
  'net.tcp_state',
  'memory.protect',
  'signal.kill',
  'fd.dup',
]

export interface Wanting {
  readonly priority: Priority
  /** Types of events that the rule can match. */
  readonly types: ReadonlySet<string> | 'all'
}

/** The first saves nothing. */
export function savingSteps(rules: readonly Wanting[]): readonly Saving[] {
  const none: ReadonlyMap<KindName, number> = new Map()
  const folding = [FOLD_WINDOW_MS, ...LONGER_WINDOWS_MS].map((foldWindowMs): Saving => ({ foldWindowMs, shifts: none }))
  const steps = [...folding]
  const last = () => steps.at(-1) as Saving
  for (const kinds of tiers(rules)) {
    for (const shift of SHIFTS)
      steps.push({ ...last(), shifts: new Map([...last().shifts, ...kinds.map((kind) => [kind, shift] as const)]) })
  }
  return steps
}

/** The kinds that may be sampled, by the most urgent rule that wants them, the least urgent first. */
function tiers(rules: readonly Wanting[]): readonly (readonly KindName[])[] {
  const urgency = new Map<KindName, number>()
  for (const { priority, types } of rules) {
    const wanted = new Set(kindsWithTypes(types))
    const rank = PRIORITIES.indexOf(priority)
    for (const kind of SAMPLED_KINDS) if (wanted.has(kind)) urgency.set(kind, Math.min(urgency.get(kind) ?? rank, rank))
  }
  const ranks = PRIORITIES.map((_, rank) => rank).filter((rank) => rank > PRIORITIES.indexOf(ALWAYS_WHOLE))
  return ranks.reverse().flatMap((rank) => {
    const kinds = SAMPLED_KINDS.filter((kind) => urgency.get(kind) === rank)
    return kinds.length === 0 ? [] : [kinds]
  })
}
