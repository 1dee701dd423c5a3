/** Which rules marked `prevent` the kernel side can enforce by itself, at hooks of BPF LSM, and in what terms. */
import { DENIAL_FACTS_OF, DENIAL_KINDS, type DenialKind, type DenialTerm, MAX_DENIAL_TERMS, MAX_DENIAL_VALUES } from '../events/denial.ts'
import { KINDS } from '../events/kinds.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import type { Planner } from '../lang/plan.ts'
import { sureTerms } from './sure-terms.ts'

/** Of one rule and one kind of its events. */
export interface DenialVerdict {
  readonly rule: CompiledRule
  readonly kind: DenialKind
  /** None: it cannot be enforced so, and `why` says why. */
  readonly terms: readonly DenialTerm[]
  /** The kernel side decides all that can be decided beforehand. */
  readonly whole: boolean
  /** Why not, or what not. Empty where it is whole. */
  readonly why: string
}

const MAX_NAMED = 3

/** `rules` are those that are on, `planner` the one that they were compiled with. Nothing at a path that begins so is denied. */
export function deriveDenials(rules: readonly CompiledRule[], planner: Planner, quiet: readonly string[]): readonly DenialVerdict[] {
  const room = createRoom()
  return rules
    .filter(({ rule }) => rule.prevent && rule.source === 'syscall' && rule.correlation === undefined)
    .flatMap((rule) => kindsOf(rule).map((kind) => verdictOn(rule, kind, planner, quiet)))
    .map((verdict) => (verdict.terms.length === 0 || room.take(verdict.terms) ? verdict : { ...verdict, ...TOO_MANY }))
}

const TOO_MANY = { terms: [], whole: false, why: `all rules together have more than ${MAX_DENIAL_TERMS} alternatives, or too many values` }

const typesOf = (kind: DenialKind): readonly string[] => KINDS.find(({ name }) => name === kind)?.types ?? []

/** Of the kinds that have a hook, those of which the rule's events are. */
const kindsOf = ({ types }: Pick<CompiledRule, 'types'>): readonly DenialKind[] =>
  DENIAL_KINDS.filter((kind) => types === 'all' || typesOf(kind).some((type) => types.has(type)))

function verdictOn(compiled: CompiledRule, kind: DenialKind, planner: Planner, quiet: readonly string[]): DenialVerdict {
  const { rule } = compiled
  const of = { rule: compiled, kind }
  const nothing = (why: string): DenialVerdict => ({ ...of, terms: [], whole: false, why })
  if (rule.workloads.length > 0) return nothing('whether it is on is a matter of the workload, of which the kernel knows nothing')
  const facts = DENIAL_FACTS_OF[kind]
  const { drafts, obstacles } = sureTerms(kind, facts, planner.plan(rule.expression))
  const named = obstacles.slice(0, MAX_NAMED).join(', ')
  const terms = drafts.map(
    ({ classes, onHost, tests }): DenialTerm => ({
      ...{ kind, onHost, rule: rule.name, acts: !rule.shadow },
      tests: withoutQuiet(kind, tests, quiet),
      classes: Array.from({ length: facts.classes }, (_, number) => ((classes >> BigInt(number)) & 1n) === 1n),
    }),
  )
  if (terms.length === 0)
    return nothing(obstacles.length === 0 ? 'its condition cannot hold for such an event' : `the kernel cannot tell whether ${named}`)
  const unheard = typesOf(kind).filter((type) => !hasHook(kind, type) && (compiled.types === 'all' || compiled.types.has(type)))
  const parts = [...unheard, ...(obstacles.length === 0 ? [] : [`where it hangs on whether ${named}`])]
  return { ...of, terms, whole: parts.length === 0, why: parts.join(', ') }
}

const hasHook = (kind: DenialKind, type: string): boolean => {
  const { classes, samples } = DENIAL_FACTS_OF[kind]
  return Array.from({ length: classes }, (_, number) => samples(number)).some((values) => values.some((one) => one.type === type))
}

/** What the agent itself lives on is neither opened nor run by a path that is denied. */
function withoutQuiet(kind: DenialKind, tests: DenialTerm['tests'], quiet: readonly string[]): DenialTerm['tests'] {
  if ((kind !== 'file.open' && kind !== 'process.exec') || quiet.length === 0) return tests
  const { any, none = [] } = tests.path ?? { any: undefined }
  return { ...tests, path: { any, none: [...none, ...quiet.map((text) => ({ kind: 'beginning', text }) as const)] } }
}

/** By kind so many terms, and so many values of all. */
function createRoom() {
  const terms = new Map<DenialKind, number>()
  let values = 0
  function take(more: readonly DenialTerm[]): boolean {
    const kind = more[0]?.kind as DenialKind
    const count = (terms.get(kind) ?? 0) + more.length
    const used = more
      .flatMap(({ tests }) => Object.values(tests))
      .reduce((sum, { any, none }) => sum + (any?.length ?? 0) + none.length, values)
    if (count > MAX_DENIAL_TERMS || used > MAX_DENIAL_VALUES) return false
    terms.set(kind, count)
    values = used
    return true
  }
  return { take }
}
