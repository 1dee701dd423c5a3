/** The coverage report: which techniques the rules claim, and how far each claim has come. */
import type { LedgerEntry } from '../findings/proof-ledger.ts'
import type { LinkedRule } from '../lang/load-rules.ts'
import {
  type AttackVersion,
  createTranslation,
  type FrameworkEntry,
  isInScope,
  parentOf,
  readAtlas,
  readOwasp,
  readTechniques,
  type Technique,
} from './facts.ts'
import { type Gap, gapsOf } from './gaps.ts'
import { ROBUSTNESS, type Robustness } from './robustness.ts'
import { coverageOfRule, type RuleCoverage, STATES, type State } from './rule-coverage.ts'

export interface TechniqueCoverage {
  readonly id: string
  readonly name: string
  readonly tactics: readonly string[]
  readonly state: State
  /** Of a technique: those that name it or one of its sub-techniques. */
  readonly rules: readonly string[]
  /** Independent rules: so many at least share no kind of event with one another. */
  readonly depth: number
  /** That of its most robust rule. */
  readonly robustness: Robustness | null
  readonly provenOn: string | null
}

/** How many have come at least so far. */
export type Tally = Readonly<Record<Exclude<State, 'none'> | 'total', number>>

export interface TacticCoverage {
  readonly tactic: string
  readonly techniques: Tally
  readonly subtechniques: Tally
}

export interface FrameworkCoverage extends FrameworkEntry {
  readonly state: State
  readonly rules: readonly string[]
}

export interface CoverageReport {
  readonly attackVersion: AttackVersion
  /** RFC 3339. */
  readonly date: string
  /** What `data` stands on: the kinds of events that the sensor knows, or that this host's sensor can watch. */
  readonly dataOf: 'kinds' | 'host'
  readonly techniques: Tally
  readonly subtechniques: Tally
  readonly tactics: readonly TacticCoverage[]
  readonly covered: readonly TechniqueCoverage[]
  readonly atlas: readonly FrameworkCoverage[]
  readonly owasp: readonly FrameworkCoverage[]
  readonly gaps: readonly Gap[]
  readonly rules: readonly RuleCoverage[]
  /** Ids in rules that are not live techniques for Linux or containers in this version. */
  readonly outside: readonly string[]
}

export interface CoverageInput {
  readonly rules: readonly LinkedRule[]
  readonly ledger: readonly LedgerEntry[]
  readonly attackVersion: AttackVersion
  readonly date: string
  readonly dataOf: 'kinds' | 'host'
  readonly hasData: (kind: string) => boolean
}

/** Rules that are off or in shadow find nothing, and claim nothing. */
export function createCoverage({ rules, ledger, attackVersion, date, dataOf, hasData }: CoverageInput): CoverageReport {
  const known = readTechniques(attackVersion)
  const translate = createTranslation(attackVersion, known)
  const found = rules.filter(({ enabled, shadow }) => enabled && !shadow).map((rule) => coverageOfRule(rule, ledger, hasData))
  const translated = found.map((rule) => ({ ...rule, techniques: rule.techniques.map((id) => translate(id) ?? id) }))
  const covered = [...known.values()].filter(isInScope).map((technique) => coverageOfTechnique(technique, translated))
  const inScope = new Set(covered.map(({ id }) => id))
  const isSub = ({ id }: { readonly id: string }): boolean => id.includes('.')
  const techniques = covered.filter((one) => !isSub(one))
  const tactics = [...new Set(covered.flatMap((one) => one.tactics))]
  return {
    attackVersion,
    date,
    dataOf,
    techniques: tallyOf(techniques),
    subtechniques: tallyOf(covered.filter(isSub)),
    tactics: tactics.sort(byPlace).map((tactic) => tacticOf(tactic, covered, isSub)),
    covered,
    atlas: readAtlas().map((entry) => frameworkEntry(entry, found, 'atlas')),
    owasp: readOwasp().map((entry) => frameworkEntry(entry, found, 'owasp')),
    gaps: gapsOf(techniques, translate),
    rules: translated,
    outside: [...new Set(translated.flatMap((rule) => rule.techniques))].filter((id) => !inScope.has(id)).sort(),
  }
}

function tacticOf(tactic: string, covered: readonly TechniqueCoverage[], isSub: (one: TechniqueCoverage) => boolean): TacticCoverage {
  const its = covered.filter(({ tactics }) => tactics.includes(tactic))
  return { tactic, techniques: tallyOf(its.filter((one) => !isSub(one))), subtechniques: tallyOf(its.filter(isSub)) }
}

/** In the order of an attack. */
const TACTICS = [
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'stealth',
  'defense-impairment',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
]

const byPlace = (a: string, b: string): number => TACTICS.indexOf(a) - TACTICS.indexOf(b)

function coverageOfTechnique({ id, name, tactics }: Technique, rules: readonly RuleCoverage[]): TechniqueCoverage {
  const its = rules.filter((rule) => rule.techniques.some((one) => one === id || parentOf(one) === id))
  const best = ROBUSTNESS.findLast((robustness) => its.some((rule) => rule.robustness === robustness))
  const dates = its.flatMap(({ provenOn }) => provenOn ?? []).sort()
  return {
    id,
    name,
    tactics,
    state: furthest(its),
    rules: its.map((rule) => rule.name),
    depth: depthOf(its),
    robustness: best ?? null,
    provenOn: dates.at(-1) ?? null,
  }
}

const furthest = (rules: readonly RuleCoverage[]): State => STATES.findLast((state) => rules.some((rule) => rule.state === state)) ?? 'none'

/** Takes rules with few kinds first, so it may find fewer than there are, and never more. */
function depthOf(rules: readonly RuleCoverage[]): number {
  const taken = new Set<string>()
  let depth = 0
  for (const { kinds } of rules.toSorted((a, b) => a.kinds.length - b.kinds.length)) {
    if (kinds.length === 0 || kinds.some((kind) => taken.has(kind))) continue
    for (const kind of kinds) taken.add(kind)
    depth++
  }
  return depth
}

function tallyOf(covered: readonly TechniqueCoverage[]): Tally {
  const atLeast = (state: State): number => covered.filter((one) => STATES.indexOf(one.state) >= STATES.indexOf(state)).length
  const [claimed, data, tested, proven] = [atLeast('claimed'), atLeast('data'), atLeast('tested'), atLeast('proven')]
  return { total: covered.length, claimed, data, tested, proven }
}

function frameworkEntry(entry: FrameworkEntry, rules: readonly RuleCoverage[], key: 'atlas' | 'owasp'): FrameworkCoverage {
  const its = rules.filter((rule) => rule[key].includes(entry.id))
  return { ...entry, state: furthest(its), rules: its.map(({ name }) => name) }
}
