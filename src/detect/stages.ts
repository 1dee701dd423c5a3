/**
 * Rules of one event type as a tree: checks that several rules share guard those rules, so that one false check spares them
 * all; below, rules that demand certain values of a field are found by the value, and what is left is tried one by one.
 */
import type { BoundOperand } from '../lang/bound.ts'
import { type Plan, type Planner, TRUE } from '../lang/plan.ts'
import { type Cover, coversOf, type Lookup, likelihood, lookupKey, type Requirement } from './requirements.ts'

/** A rule by its number, with what of its condition is still to be checked. */
export interface StagedRule {
  readonly rule: number
  readonly plan: Plan
}

export interface Stage {
  /** Each guards a stage of its own: nothing below holds where the guard does not. */
  readonly guarded: readonly { readonly guard: Plan; readonly stage: Stage }[]
  readonly indexes: readonly FieldIndex[]
  readonly direct: readonly StagedRule[]
}

/** Rules that demand certain values of one field. A rule that demands them of one field or another is in both indexes. */
export interface FieldIndex {
  readonly operand: BoundOperand
  readonly by: Lookup
  readonly rules: readonly (StagedRule & { readonly requirement: Requirement })[]
}

/** A guard must be cheap, decide often enough, and stand before a good part of the rules: few rules are better looked up. */
const MAX_GUARD_COST = 12
const MIN_GUARD_DECIDES = 0.2
const MIN_GUARD_SHARE = 0.1
/** Rules below this number are tried as fast as they are looked up. To look for parts of a text takes as long as some twelve checks. */
const MIN_INDEXED: Readonly<Record<Lookup, number>> = { text: 2, part: 12, net: 2 }
const MAX_LEVELS = 24

export function buildStages(rules: readonly StagedRule[], planner: Planner, level = 0): Stage {
  const guard = level < MAX_LEVELS ? bestGuard(rules) : undefined
  if (guard === undefined) return leaf(rules)
  const inside = rules.filter(({ plan }) => conjuncts(plan).includes(guard))
  const outside = rules.filter(({ plan }) => !conjuncts(plan).includes(guard))
  const rest = buildStages(outside, planner, level + 1)
  const stage = buildStages(
    inside.map(({ rule, plan }) => ({
      rule,
      plan: planner.group(
        'and',
        conjuncts(plan).filter((part) => part !== guard),
      ),
    })),
    planner,
    level + 1,
  )
  return { ...rest, guarded: [{ guard, stage }, ...rest.guarded] }
}

const conjuncts = (plan: Plan): readonly Plan[] => (plan.kind === 'and' ? plan.children : plan === TRUE ? [] : [plan])

/** The check that spares most: shared by many rules, often false, cheap. */
function bestGuard(rules: readonly StagedRule[]): Plan | undefined {
  const uses = new Map<Plan, number>()
  for (const { plan } of rules) for (const part of conjuncts(plan)) uses.set(part, (uses.get(part) ?? 0) + 1)
  let best: Plan | undefined
  let most = 0
  for (const [part, count] of uses) {
    if (count < Math.max(2, rules.length * MIN_GUARD_SHARE) || part.cost > MAX_GUARD_COST || 1 - part.chance < MIN_GUARD_DECIDES) continue
    const spares = (count - 1) * (1 - part.chance)
    if (spares > most) {
      best = part
      most = spares
    }
  }
  return best
}

function leaf(rules: readonly StagedRule[]): Stage {
  const direct: StagedRule[] = []
  const byField = new Map<string, { operand: BoundOperand; by: Lookup; rules: FieldIndex['rules'][number][] }>()
  for (const { staged, cover } of chooseCovers(rules)) {
    if (cover === undefined) direct.push(staged)
    for (const requirement of cover ?? []) {
      const field = byField.get(lookupKey(requirement)) ?? { operand: requirement.operand, by: requirement.by, rules: [] }
      field.rules.push({ ...staged, requirement })
      byField.set(lookupKey(requirement), field)
    }
  }
  return { guarded: [], indexes: [...byField.values()], direct }
}

interface Covered {
  readonly staged: StagedRule
  readonly cover: Cover | undefined
}

/** Covers that are rarely satisfied, on fields that are looked up for other rules as well. A field for one rule is no gain. */
function chooseCovers(rules: readonly StagedRule[]): readonly Covered[] {
  const options = rules.map((staged) => ({ staged, covers: coversOf(staged.plan) }))
  const popular = countFields(options.flatMap(({ covers }) => [...new Set(covers.flatMap((cover) => cover.map(lookupKey)))]))
  let chosen = options.map(({ staged, covers }): Covered => ({ staged, cover: pick(covers, popular) }))
  for (;;) {
    const uses = countFields(chosen.flatMap(({ cover }) => (cover ?? []).map(lookupKey)))
    const lonely = ({ cover }: Covered): boolean =>
      cover?.some((one) => (uses.get(lookupKey(one)) ?? 0) < (one.by === 'part' ? MIN_INDEXED.part : 0)) ||
      (cover?.every((one) => (uses.get(lookupKey(one)) ?? 0) < MIN_INDEXED[one.by]) ?? false)
    if (!chosen.some(lonely)) return chosen
    chosen = chosen.map((one) => (lonely(one) ? { ...one, cover: undefined } : one))
  }
}

function countFields(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function pick(covers: readonly Cover[], popular: ReadonlyMap<string, number>): Cover | undefined {
  const popularity = (cover: Cover): number => Math.min(...cover.map((one) => popular.get(lookupKey(one)) ?? 1))
  const score = (cover: Cover): number => likelihood(cover) / popularity(cover)
  return covers.reduce<Cover | undefined>((best, cover) => (best === undefined || score(cover) < score(best) ? cover : best), undefined)
}
