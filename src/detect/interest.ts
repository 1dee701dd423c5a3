/**
 * What the rules that are on can want, as tests that the kernel side makes (src/events/interest.ts). Each condition is brought to
 * alternatives of conjunctions; what the kernel side cannot check is taken to hold, so that the result is only ever too wide.
 */
import { FOLDED_KINDS } from '../events/folded-kinds.ts'
import { type Interest, MAX_TERMS, type Term } from '../events/interest.ts'
import { KINDS, type KindName } from '../events/kinds.ts'
import { printCheck } from '../lang/ast.ts'
import type { BoundCheck } from '../lang/bound.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { FALSE, type Plan, type Planner, type TestPlan } from '../lang/plan.ts'
import { countsRepeats, countsRepeatsTogether } from './counts-repeats.ts'
import { type ClassRange, createClassRange } from './interest-classes.ts'
import { allOfDrafts, anyOfDrafts, anyOne, type Draft, type Drafts, merged } from './interest-drafts.ts'
import { testsOf } from './interest-tests.ts'
import { createSpecialiser } from './specialise.ts'

/** What one rule lets through of one kind. */
export interface RuleReach {
  readonly rule: string
  readonly kind: KindName
  /** Alternatives; `rules` names this one. */
  readonly terms: readonly Term[]
  /** One of them tests nothing but classes. */
  readonly wide: boolean
  /** Its checks that the kernel side cannot make, as text. */
  readonly unchecked: readonly string[]
}

export interface DerivedInterest {
  readonly interest: Interest
  /** By kind and rule, in order of definition. */
  readonly why: readonly RuleReach[]
  /**
   * Of the kinds that can be filtered those of which some rule can tell events apart that the kernel side takes for equal; of all kinds
   * those whose equal events some rule counts.
   */
  readonly counting: ReadonlySet<KindName>
}

/** Fields that count events: what is not sent would change their values, so that a rule which reads one wants everything. */
const COUNTING: ReadonlySet<string> = new Set(['evt.num'])

/** The other kinds that have classes are rare, but for net.recv, and from what it says the names of addresses are learned. */
const DERIVED: readonly KindName[] = ['file.open', 'net.socket', 'net.connect', 'net.accept']

/** `rules` are those that are on, `planner` the one that they were compiled with. */
export function deriveInterest(rules: readonly CompiledRule[], planner: Planner): DerivedInterest {
  const own = rules.filter(({ rule }) => rule.source === 'syscall')
  const why = DERIVED.flatMap((kind) => reachesOf(kind, own, planner))
  const apart = why.filter(({ terms }) => terms.some((term) => term.countsRepeats)).map(({ kind }) => kind)
  const counting = new Set([...apart, ...own.flatMap(countedKinds)])
  if (own.some(({ fields }) => [...fields].some((field) => COUNTING.has(field)))) return { interest: new Map(), why: [], counting }
  const interest = new Map<KindName, readonly Term[]>()
  for (const kind of DERIVED) interest.set(kind, atMost(why.filter((reach) => reach.kind === kind).flatMap(({ terms }) => terms)))
  return { interest, why, counting }
}

/** The kinds that are not filtered whose equal events the rule must each see. */
function countedKinds({ rule: { correlation }, types }: CompiledRule): readonly KindName[] {
  if (correlation === undefined) return []
  const possible = KINDS.filter((kind) => types === 'all' || kind.types.some((type) => types.has(type))).map(({ name }) => name)
  return possible.filter((kind) => FOLDED_KINDS.has(kind) && !DERIVED.includes(kind) && countsRepeatsTogether(kind, correlation))
}

function reachesOf(kind: KindName, rules: readonly CompiledRule[], planner: Planner): RuleReach[] {
  const range = createClassRange(kind)
  if (range === undefined) return []
  const types: readonly string[] = KINDS.find(({ name }) => name === kind)?.types ?? []
  const specialisers = types.map((type) => createSpecialiser(planner, type))
  const derive = createDeriver(kind, range)
  return rules.flatMap(({ rule }): RuleReach[] => {
    const plans = [...new Set(specialisers.map((specialise) => specialise(planner.plan(rule.expression))))].filter((plan) => plan !== FALSE)
    const drafts = merged(anyOfDrafts(plans.map((plan) => derive.drafts(plan, true))))
    if (drafts.length === 0) return []
    const together = rule.correlation !== undefined && countsRepeatsTogether(kind, rule.correlation)
    const counts = together || countsRepeats(kind, checksOf(plans))
    return [
      {
        rule: rule.name,
        kind,
        terms: drafts.map((draft) => termOf(draft, range, counts, rule.name)),
        wide: drafts.some((draft) => Object.keys(draft).length === 1),
        unchecked: [...new Set(plans.flatMap(derive.unchecked))],
      },
    ]
  })
}

function createDeriver(kind: KindName, range: ClassRange) {
  const known = new Map<string, Drafts>()

  /** Alternatives that hold wherever the plan comes to `outcome`. */
  function drafts(plan: Plan, outcome: boolean): Drafts {
    const key = `${plan.id}${outcome}`
    const before = known.get(key)
    if (before !== undefined) return before
    const made = make(plan, outcome)
    known.set(key, made)
    return made
  }

  function make(plan: Plan, outcome: boolean): Drafts {
    switch (plan.kind) {
      case 'constant':
        return plan.value === outcome ? [{ classes: range.all }] : []
      case 'test':
        return ofTest(plan, outcome)
      case 'not':
        return drafts(plan.child, !outcome)
      case 'and':
      case 'or': {
        const parts = plan.children.map((child) => drafts(child, outcome))
        return (plan.kind === 'and') === outcome ? allOfDrafts(parts, range.all) : anyOfDrafts(parts)
      }
      default:
        return plan satisfies never
    }
  }

  function ofTest({ check }: TestPlan, outcome: boolean): Drafts {
    const classes = range.of(check, outcome) ?? range.all
    const tests = outcome && check.rightOperand === undefined ? testsOf(check, kind) : undefined
    return classes === 0n ? [] : [{ classes, ...tests }]
  }

  const isUnchecked = (check: BoundCheck): boolean =>
    range.of(check, true) === undefined && (check.rightOperand !== undefined || testsOf(check, kind) === undefined)

  const unchecked = (plan: Plan): string[] => [...checksOf([plan])].filter(isUnchecked).map(({ node }) => printCheck(node))

  return { drafts, unchecked }
}

function checksOf(plans: readonly Plan[]): ReadonlySet<BoundCheck> {
  const found = new Set<BoundCheck>()
  const seen = new Set<number>()
  const visit = (plan: Plan): void => {
    if (seen.has(plan.id)) return
    seen.add(plan.id)
    if (plan.kind === 'test') found.add(plan.check)
    else if (plan.kind === 'not') visit(plan.child)
    else if (plan.kind !== 'constant') plan.children.forEach(visit)
  }
  plans.forEach(visit)
  return found
}

function termOf({ classes, ...tests }: Draft, { all }: ClassRange, countsRepeats: boolean, rule: string): Term {
  const count = all.toString(2).length
  const list = Array.from({ length: count }, (_, number) => ((classes >> BigInt(number)) & 1n) === 1n)
  return { ...(classes === all ? {} : { classes: list }), ...tests, countsRepeats, rules: [rule] }
}

/** No more terms than the kernel side knows: first those that differ in their paths only become one, then alike ones, which widens. */
function atMost(terms: readonly Term[]): readonly Term[] {
  if (terms.length <= MAX_TERMS) return terms
  const alike = [...Map.groupBy(terms, likeness).values()].map(joined)
  if (alike.length <= MAX_TERMS) return alike
  const forms = [...Map.groupBy(alike, formOf).values()]
  // Each form has its share of the room, and one at least.
  const share = Math.max(0, MAX_TERMS - forms.length) / alike.length
  const few = forms.flatMap((group) => parts(group, 1 + Math.floor(group.length * share)).map(joined))
  return few.length <= MAX_TERMS ? few : [joined(few)]
}

const likeness = ({ classes, path, comms, uids, nets, ports, countsRepeats }: Term): string =>
  JSON.stringify([classes, path !== undefined, comms, uids, nets?.map(({ bytes, bits }) => [...bytes, bits]), ports, countsRepeats])

/** Which tests a term has, and its classes. */
const formOf = ({ classes, path, comms, uids, nets, ports, countsRepeats }: Term): string =>
  JSON.stringify([classes, countsRepeats, ...[path, comms, uids, nets, ports].map((test) => test !== undefined)])

function parts<T>(list: readonly T[], count: number): T[][] {
  const size = Math.ceil(list.length / count)
  return Array.from({ length: Math.ceil(list.length / size) }, (_, part) => list.slice(part * size, (part + 1) * size))
}

function joined(terms: readonly Term[]): Term {
  const [only] = terms
  if (only !== undefined && terms.length === 1) return only
  const known = terms.flatMap(({ classes }) => (classes === undefined ? [] : [classes]))
  const classes = known.length < terms.length ? undefined : known[0]?.map((_, number) => known.some((list) => list[number] === true))
  const { classes: _, ...tests } = anyOne(terms.map((term) => ({ ...term, classes: 0n })))
  return {
    ...(classes === undefined ? {} : { classes }),
    ...tests,
    countsRepeats: terms.some(({ countsRepeats }) => countsRepeats),
    rules: [...new Set(terms.flatMap(({ rules }) => rules))],
  }
}
