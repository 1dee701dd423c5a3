/**
 * What events cost, by kind and by rule, measured on a sample of them so that measuring costs next to nothing. A sampled event
 * stands for as many as lie between it and the one before; the distances vary at random, so that no rhythm of events escapes.
 */
import { KINDS, type KindName } from '../events/kinds.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import type { Distribution } from './metrics/metric.ts'

/** Totals since the start; seconds and evaluations are estimates. */
export interface RuleCosts {
  readonly evaluations: number
  readonly matches: number
  readonly seconds: number
}

export const NO_RULE_COSTS: RuleCosts = { evaluations: 0, matches: 0, seconds: 0 }

export interface CostTotals {
  /** By name; rules that were never tried are left out. */
  readonly rules: ReadonlyMap<string, RuleCosts>
  /** `events`: estimated, for comparison; the kernel side counts exactly. */
  readonly kinds: ReadonlyMap<KindName, { readonly events: number; readonly seconds: number }>
  readonly latency: Distribution
}

export interface Costs {
  /** The same as `work`, which judges a record, but for one record in about 64, which is timed. */
  readonly timed: (work: (record: HeaderRecord) => void) => (record: HeaderRecord) => void
  readonly matched: (rule: string) => void
  /** Asked once per event: how many events stand behind this one if the rules are to be timed on it, else 0. */
  readonly weighRules: () => number
  /** One try of a rule's condition. */
  readonly tried: (rule: string, seconds: number, weight: number) => void
  /** Until when (ms of performance.now) rules are timed; Infinity for always. The latest wins. */
  readonly measureUntil: (timeMs: number) => void
  readonly totals: () => CostTotals
}

export interface CostOptions {
  /** ns since 1970 of the ns since boot 0. */
  readonly bootEpochNs: () => number
  /** In [0, 1). */
  readonly random?: () => number
  /** ms, as performance.now. */
  readonly clock?: () => number
}

/** One event in so many, on average. */
const SAMPLE_DISTANCE = 64
/** Upper bounds in seconds. */
const LATENCY_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

const KIND_BY_ID: ReadonlyMap<number, KindName> = new Map(KINDS.map(({ id, name }) => [id, name]))

export function createCosts({ bootEpochNs, random = Math.random, clock = () => performance.now() }: CostOptions): Costs {
  const kinds = new Map<KindName, { events: number; seconds: number }>()
  const rules = new Map<string, { evaluations: number; matches: number; seconds: number }>()
  const latency = { counts: LATENCY_BOUNDS.map(() => 0), count: 0, sum: 0 }
  const records = createSampler(random)
  const evaluations = createSampler(random)
  let untilMs = Number.NEGATIVE_INFINITY

  function ruleOf(name: string): { evaluations: number; matches: number; seconds: number } {
    const known = rules.get(name)
    if (known !== undefined) return known
    const made = { ...NO_RULE_COSTS }
    rules.set(name, made)
    return made
  }

  function timed(work: (record: HeaderRecord) => void): (record: HeaderRecord) => void {
    return (record) => {
      const weight = records()
      if (weight === 0) return work(record)
      const { kind, timeNs } = record
      const begun = clock()
      work(record)
      const ended = clock()
      noteKind(KIND_BY_ID.get(kind), weight, (ended - begun) / 1e3)
      noteLatency(((performance.timeOrigin + ended) * 1e6 - bootEpochNs() - timeNs) / 1e9)
    }
  }

  function noteKind(kind: KindName | undefined, weight: number, seconds: number): void {
    if (kind === undefined) return
    const costs = kinds.get(kind) ?? { events: 0, seconds: 0 }
    costs.events += weight
    costs.seconds += weight * seconds
    kinds.set(kind, costs)
  }

  function noteLatency(seconds: number): void {
    const value = Math.max(0, seconds)
    const bucket = LATENCY_BOUNDS.findIndex((bound) => value <= bound)
    if (bucket >= 0) latency.counts[bucket] = (latency.counts[bucket] ?? 0) + 1
    latency.count++
    latency.sum += value
  }

  return Object.freeze({
    timed,
    matched: (rule: string) => void ruleOf(rule).matches++,
    weighRules: () => {
      const weight = evaluations()
      return weight > 0 && clock() < untilMs ? weight : 0
    },
    tried: (rule: string, seconds: number, weight: number) => {
      const costs = ruleOf(rule)
      costs.evaluations += weight
      costs.seconds += weight * seconds
    },
    measureUntil: (timeMs: number) => {
      untilMs = Math.max(untilMs, timeMs)
    },
    totals: () => ({
      rules: new Map([...rules].map(([rule, costs]) => [rule, { ...costs }])),
      kinds: new Map([...kinds].map(([kind, costs]) => [kind, { ...costs }])),
      latency: { bounds: LATENCY_BOUNDS, counts: [...latency.counts], count: latency.count, sum: latency.sum },
    }),
  })
}

/** 0, or, when it is this one's turn, how many calls it stands for: those since the last that was taken. */
function createSampler(random: () => number): () => number {
  const draw = (): number => 1 + Math.floor(random() * (2 * SAMPLE_DISTANCE - 1))
  let distance = draw()
  let left = distance
  return () => {
    if (--left > 0) return 0
    const weight = distance
    distance = draw()
    left = distance
    return weight
  }
}
