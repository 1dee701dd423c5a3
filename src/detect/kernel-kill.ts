/**
 * Which rules the kernel side can decide exactly, so that it may kill at the hook, and in what terms. An interest (interest.ts) may be too wide; this may not be: a
 * rule of which a single check is not the kernel's to make does not qualify, and it is said which.
 */

import type { Event } from '../events/event.ts'
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
import { NO_NAME } from '../events/process-name.ts'
import { sampleEvent } from '../events/sample-event.ts'
import { printCheck } from '../lang/ast.ts'
import type { BoundCheck } from '../lang/bound.ts'
import { compileCheck, createCells } from '../lang/compile-check.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { FALSE, type Plan, type Planner } from '../lang/plan.ts'
import { createSpecialiser } from './specialise.ts'

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

type Draft = Omit<KillTerm, 'kind' | 'rule' | 'classes'> & { readonly classes: bigint }

/** Text: why not. */
function termsOf({ rule }: CompiledRule, kind: KillKind, planner: Planner): readonly KillTerm[] | string {
  const drafts: Draft[] = []
  const derive = createDeriver(kind)
  for (const type of typesOf(kind)) {
    const plan = createSpecialiser(planner, type)(planner.plan(rule.expression))
    if (plan === FALSE) continue
    const ofType = derive.drafts(plan, true)
    if (ofType !== undefined) drafts.push(...ofType.map((draft) => ({ ...draft, classes: draft.classes & derive.classesOf(type) })))
  }
  if (derive.obstacles.size > 0)
    return `the kernel side cannot tell exactly whether ${[...derive.obstacles].slice(0, MAX_NAMED).join(', ')}`
  return merged(drafts)
    .filter(({ classes }) => classes !== 0n)
    .map(({ classes, ...tests }) => ({
      ...tests,
      ...{ kind, rule: rule.name },
      classes: Array.from({ length: KILL_FACTS[kind].classes }, (_, number) => ((classes >> BigInt(number)) & 1n) === 1n),
    }))
}

/** Those that differ in their classes only are one. */
const merged = (drafts: readonly Draft[]): readonly Draft[] =>
  [...Map.groupBy(drafts, ({ classes: _, ...tests }) => JSON.stringify(tests)).values()].map((alike) => ({
    ...alike[0],
    classes: alike.reduce((mask, { classes }) => mask | classes, 0n),
  }))

const MAX_NAMED = 3
/** More alternatives of one rule are taken for too many. */
const MAX_DRAFTS = 256

function createDeriver(kind: KillKind) {
  const { classes: count, sample, decides } = KILL_FACTS[kind]
  const numbers = Array.from({ length: count }, (_, number) => number)
  const all = (1n << BigInt(count)) - 1n
  const obstacles = new Set<string>()
  const maskOf = (holds: (number: number) => boolean): bigint =>
    numbers.reduce((mask, number) => (holds(number) ? mask | (1n << BigInt(number)) : mask), 0n)

  /** Alternatives that hold exactly where the plan comes to `outcome`; undefined where that cannot be told. */
  function drafts(plan: Plan, outcome: boolean): readonly Draft[] | undefined {
    switch (plan.kind) {
      case 'constant':
        return plan.value === outcome ? [{ classes: all }] : []
      case 'test':
        return ofCheck(plan.check, outcome)
      case 'not':
        return drafts(plan.child, !outcome)
      case 'and':
      case 'or': {
        const parts = plan.children.map((child) => drafts(child, outcome))
        if (parts.some((part) => part === undefined)) return undefined
        const known = parts as readonly (readonly Draft[])[]
        return bounded((plan.kind === 'and') === outcome ? known.reduce(product, [{ classes: all }]) : known.flat())
      }
      default:
        return plan satisfies never
    }
  }

  function bounded(list: readonly Draft[]): readonly Draft[] | undefined {
    const possible = list.filter(({ classes }) => classes !== 0n)
    if (possible.length <= MAX_DRAFTS) return possible
    obstacles.add('it holds, which has too many alternatives')
    return undefined
  }

  function ofCheck(check: BoundCheck, outcome: boolean): readonly Draft[] | undefined {
    const found = ofClasses(check, outcome) ?? ofValues(check, outcome)
    if (found === undefined) obstacles.add(printCheck(check.node))
    return found === undefined ? undefined : [{ classes: all, ...found }]
  }

  /** Run, not translated: on one event of each class. */
  function ofClasses(check: BoundCheck, outcome: boolean): Partial<Draft> | undefined {
    if (check.left.kind !== 'field' || check.left.definition.argument !== undefined || check.rightOperand !== undefined) return undefined
    const { name, kinds } = check.left.definition
    if (kinds !== undefined && !kinds.some((prefix) => kind.startsWith(prefix))) return { classes: outcome ? 0n : all }
    if (!decides.has(name)) return undefined
    const clock = { event: 0 }
    const holds = compileCheck(check, createCells(clock))
    return {
      classes: maskOf((number) => {
        clock.event++
        return holds(sampleEvent(kind, sample(number)) as Event) === outcome
      }),
    }
  }

  return { drafts, obstacles, classesOf: (type: string): bigint => maskOf((number) => sample(number).type === type) }
}

const VALUES = { 'proc.exepath': 'exe', 'proc.name': 'comm', 'user.uid': 'uid' } as const
const MOST_BYTES = { exe: MAX_KILL_PATH, comm: MAX_KILL_COMM, uid: 0 } as const
const EQUALITY: ReadonlySet<string> = new Set(['=', 'in', 'intersects'])

function ofValues({ left, operator, modifier, rightOperand, constants }: BoundCheck, outcome: boolean): Partial<Draft> | undefined {
  if (left.kind !== 'field' || left.argument !== undefined || rightOperand !== undefined || modifier !== undefined) return undefined
  const fact = VALUES[left.definition.name as keyof typeof VALUES]
  if (fact === undefined || !(EQUALITY.has(operator.name) || operator.name === '!=')) return undefined
  const isAmong = EQUALITY.has(operator.name) === outcome
  // What a process of that name is called the kernel side cannot tell: it kills none.
  if (fact === 'comm' && constants.includes(NO_NAME)) return undefined
  const usable = constants.every((one) => (fact === 'uid' ? isId(one) : isText(one, MOST_BYTES[fact])))
  if (!usable) return undefined
  const test = isAmong ? { in: constants, not: [] } : { in: undefined, not: fact === 'comm' ? [...constants, NO_NAME] : constants }
  return { [fact]: test } as Partial<Draft>
}

const isId = (one: unknown): boolean => Number.isInteger(one) && (one as number) >= 0 && (one as number) < 2 ** 32

/** An empty path is that of a program which is not known, and bytes that are no UTF-8 have a form of their own: neither is compared in the kernel. */
const isText = (one: unknown, most: number): boolean => typeof one === 'string' && /^[\x20-\x7e]+$/.test(one) && one.length <= most

function product(left: readonly Draft[], right: readonly Draft[]): readonly Draft[] {
  if (left.length * right.length > 16 * MAX_DRAFTS) return Array.from({ length: MAX_DRAFTS + 1 }, () => ({ classes: 1n }))
  return left.flatMap((a) => right.flatMap((b) => both(a, b) ?? []))
}

/** Undefined where both cannot hold. */
function both(a: Draft, b: Draft): Draft | undefined {
  const tests = { exe: joined(a.exe, b.exe), comm: joined(a.comm, b.comm), uid: joined(a.uid, b.uid) }
  if (Object.values(tests).some((test) => test?.in?.length === 0)) return undefined
  const { exe, comm, uid } = tests
  return { classes: a.classes & b.classes, ...(exe && { exe }), ...(comm && { comm }), ...(uid && { uid }) }
}

function joined<V>(a: ValueTest<V> | undefined, b: ValueTest<V> | undefined): ValueTest<V> | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const not = [...new Set([...a.not, ...b.not])]
  const both = a.in === undefined || b.in === undefined ? (a.in ?? b.in) : a.in.filter((one) => b.in?.includes(one))
  return { in: both?.filter((one) => !not.includes(one)), not }
}
