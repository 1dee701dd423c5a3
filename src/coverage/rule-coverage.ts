/** How far one rule has come: from a claim in its file to a proof on a real kernel. */
import { KINDS } from '../events/kinds.ts'
import { hashOfCase, type LedgerEntry } from '../findings/proof-ledger.ts'
import { eventTypesOf, namesOf } from '../lang/event-types.ts'
import type { RuleCase } from '../lang/items.ts'
import type { LinkedRule } from '../lang/load-rules.ts'
import { meaningOf } from '../lang/meaning.ts'
import { atlasOf, owaspOf } from './framework-ids.ts'
import { type Robustness, robustnessOf } from './robustness.ts'

/**
 * Each step needs those before it. `claimed`: a rule names the technique. `data`: the sensor makes the events that the rule wants. `tested`: it
 * has a test that must match and two that must not. `proven`: an attack was found for real, and nothing speaks against the rule.
 */
export const STATES = ['none', 'claimed', 'data', 'tested', 'proven'] as const

export type State = (typeof STATES)[number]

export interface RuleCoverage {
  readonly name: string
  readonly file: string
  readonly techniques: readonly string[]
  readonly atlas: readonly string[]
  readonly owasp: readonly string[]
  /** Kinds of events that it looks at. */
  readonly kinds: readonly string[]
  readonly state: State
  readonly robustness: Robustness
  /** RFC 3339; when the latest of its attacks was found, while it is proven. */
  readonly provenOn: string | null
}

const MIN_MUST_NOT = 2

/** `hasData` says whether events of a kind reach this host's agent. Proofs of a condition or script that has changed since do not count. */
export function coverageOfRule(rule: LinkedRule, ledger: readonly LedgerEntry[], hasData: (kind: string) => boolean): RuleCoverage {
  const types = namesOf(eventTypesOf(rule.expression))
  const kinds = rule.source === 'syscall' ? kindsOf(types) : []
  const provenOn = proofDate(rule, ledger)
  const tested = rule.tests.some(({ match }) => match) && rule.tests.filter(({ match }) => !match).length >= MIN_MUST_NOT
  const state = !kinds.some(hasData) ? 'claimed' : !tested ? 'data' : provenOn === undefined ? 'tested' : 'proven'
  const { name, techniques } = rule
  return {
    name,
    file: rule.position.file,
    techniques,
    atlas: atlasOf(rule),
    owasp: owaspOf(rule),
    kinds,
    state,
    robustness: robustnessOf(rule.expression, types),
    provenOn: state === 'proven' ? (provenOn ?? null) : null,
  }
}

const kindsOf = (types: ReadonlySet<string> | 'all'): readonly string[] =>
  KINDS.filter((kind) => types === 'all' || kind.types.some((type) => types.has(type))).map(({ name }) => name)

/** Undefined where no attack was found, or where a case of the rule was missed, noisy or broken. */
function proofDate(rule: LinkedRule, ledger: readonly LedgerEntry[]): string | undefined {
  const attacks = resultsOf(rule, 'attack', ledger)
  const all = [...attacks, ...resultsOf(rule, 'benign', ledger)]
  if (all.some(({ result }) => result === 'missed' || result === 'noisy' || result === 'error')) return undefined
  const dates = attacks.filter(({ result }) => result === 'proven').map(({ date }) => date)
  return dates.sort().at(-1)
}

function resultsOf(rule: LinkedRule, kind: 'attack' | 'benign', ledger: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const meaning = meaningOf(rule)
  return rule[kind].flatMap((one: RuleCase) => {
    const last = ledger.findLast((entry) => entry.rule === rule.name && entry.kind === kind && entry.case === one.name)
    return last !== undefined && last.hash === hashOfCase(meaning, one.run, one.place) ? [last] : []
  })
}
