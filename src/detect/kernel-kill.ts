/**
 * Which rules the kernel side can decide exactly, so that it may kill at the hook, and in what terms. An interest (interest.ts) may be too wide; this may not be: a
 * rule of which a single check is not the kernel's to make does not qualify, and it is said which.
 */

import type { SureFacts, SureTest, SureValue } from '../events/denial.ts'
import {
  KILL_FACTS,
  KILL_KINDS,
  type KillKind,
  type KillTerm,
  type KillVerdict,
  MAX_KILL_COMM,
  MAX_KILL_PATH,
  MAX_KILL_TERMS,
  MAX_KILL_VALUES,
  type ValueTest,
} from '../events/kernel-kill.ts'
import { KINDS } from '../events/kinds.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import type { Planner } from '../lang/plan.ts'
import { sureTerms } from './sure-terms.ts'

export interface KernelKill {
  readonly terms: readonly KillTerm[]
  /** By rule and kind. */
  readonly verdicts: readonly KillVerdict[]
}

/** `rules` are those to ask about, `planner` the one that they were compiled with. Terms beyond what the kernel side takes are left out, and that is said. */
export function deriveKernelKill(rules: readonly CompiledRule[], planner: Planner): KernelKill {
  const terms: KillTerm[] = []
  const verdicts: KillVerdict[] = []
  for (const rule of rules) {
    const { name } = rule.rule
    const obstacle = obstacleOf(rule)
    if (obstacle !== undefined) verdicts.push({ rule: name, kind: undefined, qualifies: false, why: obstacle })
    for (const kind of obstacle === undefined ? kindsOf(rule) : []) {
      const found = termsOf(rule, kind, planner)
      const why = typeof found === 'string' ? found : roomFor(found, terms)
      verdicts.push({ rule: name, kind, qualifies: why === '', why })
      if (why === '' && typeof found !== 'string') terms.push(...found)
    }
  }
  return { terms, verdicts }
}

const typesOf = (kind: KillKind): readonly string[] => KINDS.find(({ name }) => name === kind)?.types ?? []

const kindsOf = ({ types }: CompiledRule): readonly KillKind[] =>
  KILL_KINDS.filter((kind) => types === 'all' || typesOf(kind).some((type) => types.has(type)))

function obstacleOf(compiled: CompiledRule): string | undefined {
  const { rule, correlation } = compiled
  if (rule.source !== 'syscall') return `its events come from ${rule.source}`
  if (correlation !== undefined) return 'it asks for several events together'
  if (rule.shadow) return 'it is in shadow'
  if (rule.workloads.length > 0) return 'whether it is on is a matter of the workload, of which the kernel knows nothing'
  if (kindsOf(compiled).length > 0) return undefined
  return `its events are of no kind at which the kernel side kills (${KILL_KINDS.join(', ')})`
}

const countValues = (terms: readonly KillTerm[]): number =>
  terms.reduce(
    (sum, { exe, comm, uid }) => sum + [exe, comm, uid].reduce((n, test) => n + (test?.in?.length ?? 0) + (test?.not.length ?? 0), 0),
    0,
  )

function roomFor(found: readonly KillTerm[], before: readonly KillTerm[]): string {
  if (found.length === 0) return 'its condition cannot hold for such an event'
  const kind = found[0]?.kind
  if (before.filter((one) => one.kind === kind).length + found.length > MAX_KILL_TERMS)
    return `all rules together have more than ${MAX_KILL_TERMS} alternatives`
  return countValues([...before, ...found]) > MAX_KILL_VALUES ? `all rules together name more than ${MAX_KILL_VALUES} values` : ''
}

/** Text: why not. */
function termsOf({ rule }: CompiledRule, kind: KillKind, planner: Planner): readonly KillTerm[] | string {
  const { classes: count } = KILL_FACTS[kind]
  const { drafts, obstacles } = sureTerms(kind, FACTS[kind], planner.plan(rule.expression))
  if (obstacles.length > 0) return `the kernel side cannot tell exactly whether ${obstacles.slice(0, MAX_NAMED).join(', ')}`
  return drafts.map(({ classes, tests: { exe, comm, uid } }) => ({
    ...{ kind, rule: rule.name },
    classes: Array.from({ length: count }, (_, number) => ((classes >> BigInt(number)) & 1n) === 1n),
    ...(exe && { exe: testOf(exe, textOf) }),
    ...(comm && { comm: testOf(comm, textOf) }),
    ...(uid && { uid: testOf(uid, numberOf) }),
  }))
}

const MAX_NAMED = 3

type KillFact = 'exe' | 'comm' | 'uid'

const VALUES: SureFacts<KillFact>['values'] = {
  'proc.exepath': { fact: 'exe', form: 'text', maxBytes: MAX_KILL_PATH },
  'proc.name': { fact: 'comm', form: 'name', maxBytes: MAX_KILL_COMM },
  'user.uid': { fact: 'uid', form: 'number', maxBytes: 0 },
}

const factsOf = (kind: KillKind): SureFacts<KillFact> => {
  const { classes, sample, decides } = KILL_FACTS[kind]
  return { classes, samples: (number) => [sample(number)], decides, makesDescriptor: false, values: VALUES }
}

const FACTS: Readonly<Record<KillKind, SureFacts<KillFact>>> = { 'fd.dup': factsOf('fd.dup'), 'process.exec': factsOf('process.exec') }

const testOf = <V>({ any, none }: SureTest, read: (value: SureValue) => V): ValueTest<V> => ({
  in: any?.map(read),
  not: none.map(read),
})

const textOf = (value: SureValue): string => (value.kind === 'text' ? value.text : '')
const numberOf = (value: SureValue): number => (value.kind === 'number' ? value.number : -1)
