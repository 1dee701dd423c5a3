/**
 * Of the rules that are marked `prevent: true` what can be decided before the act. Each condition is brought to what surely holds: a check of
 * something that nobody can know yet is taken to fail (under a `not`, to hold), so that nothing is denied which the rule would not have found.
 * What is left is decided natively as far as it goes, and else by the engine.
 */
import { DENIAL_KINDS } from '../events/denial.ts'
import type { Event } from '../events/event.ts'
import { KINDS } from '../events/kinds.ts'
import {
  type DecisionNode,
  type DecisionRule,
  type Decisions,
  type Enforcement,
  type Places,
  PREVENTED_KINDS,
  PREVENTED_TYPES,
  type PreventedKind,
} from '../events/prevention.ts'
import { printCheck } from '../lang/ast.ts'
import { createCompiler } from '../lang/compile.ts'
import type { Predicate } from '../lang/compile-check.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { FALSE, type Plan, type Planner, type TestPlan, TRUE } from '../lang/plan.ts'
import { knowledgeOf, situationsOf } from './prevention-facts.ts'
import { nativeTest } from './prevention-tests.ts'

export interface Prevention {
  readonly decisions: Decisions
  /** By rule and kind: what is enforced, and why not what is not. */
  readonly enforcement: readonly Enforcement[]
  /** Asks the engine about an act that would succeed; gives the rules that forbid it, those in shadow, too. */
  readonly forbidding: (event: Event, kind: PreventedKind) => readonly CompiledRule[]
  /** The rule with that number in `decisions.rules`. */
  readonly rule: (number: number) => CompiledRule | undefined
}

interface Prepared {
  readonly rule: CompiledRule
  readonly kind: PreventedKind
  readonly root: DecisionNode
  readonly holds: Predicate
}

/** More rules than the helper takes are not enforced, and that is said. */
const MAX_RULES = 1024
const MAX_NAMED_CHECKS = 3

/**
 * `rules` are those that are on, `planner` the one that they were compiled with. `others`: what becomes by other means of kinds of a rule's events; those that are
 * enforced so are left out here.
 */
export function derivePrevention(
  rules: readonly CompiledRule[],
  planner: Planner,
  others: ReadonlyMap<CompiledRule, readonly Enforcement[]> = new Map(),
): Prevention {
  const clock = { event: 0 }
  const compiler = createCompiler(clock)
  const prepared: Prepared[] = []
  const enforcement: Enforcement[] = []
  const makers = new Map(PREVENTED_KINDS.map((kind) => [kind, createBounds(planner, kind)]))
  for (const rule of rules) if (rule.rule.prevent) prepare(rule)

  function prepare(rule: CompiledRule): void {
    const { name } = rule.rule
    const elsewhere = others.get(rule) ?? []
    const obstacle = obstacleOf(rule)
    enforcement.push(...elsewhere)
    if (obstacle !== undefined) {
      if (elsewhere.length === 0) enforcement.push({ rule: name, kind: undefined, enforced: false, how: obstacle })
      return
    }
    for (const kind of kindsOf(rule)) {
      if (elsewhere.some((one) => one.kind === kind && one.enforced)) continue
      const bounds = makers.get(kind) as Bounds
      const plan = planner.plan(rule.rule.expression)
      const lower = bounds.lower(plan)
      const how = lower === FALSE ? reasonOf(bounds, plan) : prepared.length >= MAX_RULES ? `more than ${MAX_RULES} rules` : undefined
      enforcement.push({ rule: name, kind, enforced: how === undefined, how: how ?? `fanotify${partOf(rule)}` })
      if (how !== undefined) continue
      const node = bounds.node(lower)
      // Where the workload decides whether the rule is on, only the engine knows.
      const root: DecisionNode = rule.rule.workloads.length === 0 ? node : { op: 'and', children: [node, { op: 'unsure' }] }
      prepared.push({ rule, kind, root, holds: compiler.predicate(lower) })
    }
  }

  function forbidding(event: Event, kind: PreventedKind): readonly CompiledRule[] {
    clock.event++
    return prepared
      .filter((one) => one.kind === kind && one.holds(event) && one.rule.priorityFor(event) !== undefined)
      .map(({ rule }) => rule)
  }

  return Object.freeze({
    decisions: decisionsOf(prepared),
    enforcement,
    forbidding,
    rule: (number: number) => prepared[number]?.rule,
  })
}

const decisionsOf = (prepared: readonly Prepared[]): Decisions => ({
  rules: prepared.map(({ rule, kind, root }): DecisionRule => ({ name: rule.rule.name, kind, root, quiet: rule.rule.shadow })),
  places: { 'process.exec': placesOf(prepared, 'process.exec'), 'file.open': placesOf(prepared, 'file.open') },
  containers: prepared.some(({ root }) => !needsHost(root)),
})

const typesOfKind = (kind: PreventedKind): readonly string[] => PREVENTED_TYPES[kind]

/** By whatever means: of the others it is said that they cannot be. */
const isPreventable = (type: string): boolean => KINDS.some(({ name, types }) => DENIED.has(name) && types.includes(type as never))

const DENIED: ReadonlySet<string> = new Set(DENIAL_KINDS)

const kindsOf = ({ types }: CompiledRule): readonly PreventedKind[] =>
  PREVENTED_KINDS.filter((kind) => types === 'all' || typesOfKind(kind).some((type) => types.has(type)))

function obstacleOf(compiled: CompiledRule): string | undefined {
  const { rule, types } = compiled
  if (rule.source !== 'syscall') return `its events come from ${rule.source}, when all is done`
  if (rule.correlation !== undefined) return 'it asks for several events together'
  if (kindsOf(compiled).length > 0) return undefined
  return `its events (${[...types].slice(0, 8).join(', ')}) are none that can be prevented`
}

/** What of the rule's events stays unprevented. */
function partOf({ types }: CompiledRule): string {
  const others =
    types === 'all' ? [] : [...types].filter((type) => !isPreventable(type) && KINDS.some((kind) => kind.types.includes(type as never)))
  return others.length === 0 ? '' : `, but not its other events (${others.slice(0, 8).join(', ')})`
}

function reasonOf(bounds: Bounds, plan: Plan): string {
  const checks = bounds.unknown(plan)
  if (checks.length === 0) return 'its condition cannot hold for such an event'
  return `it is not known beforehand whether ${checks.slice(0, MAX_NAMED_CHECKS).join(', ')}`
}

interface Bounds {
  /** Holds only where the plan does, and speaks only of what is known beforehand. */
  readonly lower: (plan: Plan) => Plan
  readonly node: (plan: Plan) => DecisionNode
  /** The checks of which nothing is known, as text. */
  readonly unknown: (plan: Plan) => readonly string[]
}

function createBounds(planner: Planner, kind: PreventedKind): Bounds {
  const bounded = [new Map<number, Plan>(), new Map<number, Plan>()] as const
  const nodes = new Map<number, DecisionNode>()

  function bound(plan: Plan, up: boolean): Plan {
    const memory = bounded[up ? 1 : 0]
    const known = memory.get(plan.id)
    if (known !== undefined) return known
    const made = makeBound(plan, up)
    memory.set(plan.id, made)
    return made
  }

  function makeBound(plan: Plan, up: boolean): Plan {
    switch (plan.kind) {
      case 'constant':
        return plan
      case 'test':
        return boundTest(plan, up)
      case 'not':
        return planner.negate(bound(plan.child, !up))
      case 'and':
      case 'or':
        return planner.group(
          plan.kind,
          plan.children.map((child) => bound(child, up)),
        )
      default:
        return plan satisfies never
    }
  }

  function boundTest(plan: TestPlan, up: boolean): Plan {
    const { check } = plan
    if (knowledgeOf(check.left, kind) === 'never') return FALSE
    const situations = situationsOf(check, kind)
    if (situations === 0) return FALSE
    return situations !== undefined || isKnown(plan) ? plan : up ? TRUE : FALSE
  }

  function isKnown({ check }: TestPlan): boolean {
    const left = knowledgeOf(check.left, kind)
    const right = check.rightOperand === undefined ? 'known' : knowledgeOf(check.rightOperand, kind)
    return (left === 'known' || left === 'decided') && (right === 'known' || right === 'decided')
  }

  function node(plan: Plan): DecisionNode {
    const known = nodes.get(plan.id)
    if (known !== undefined) return known
    const made = makeNode(plan)
    nodes.set(plan.id, made)
    return made
  }

  function makeNode(plan: Plan): DecisionNode {
    switch (plan.kind) {
      case 'constant':
        return { op: plan.value ? 'true' : 'false' }
      case 'test': {
        const mask = situationsOf(plan.check, kind)
        if (mask !== undefined) return { op: 'test', test: { fact: 'situation', compare: 'equal', texts: [], numbers: [], mask } }
        return nativeTest(plan.check, kind) ?? { op: 'unsure' }
      }
      case 'not':
        return { op: 'not', child: node(plan.child) }
      case 'and':
      case 'or':
        return { op: plan.kind, children: plan.children.map(node) }
      default:
        return plan satisfies never
    }
  }

  function unknown(plan: Plan): readonly string[] {
    const found = new Set<string>()
    const visit = (one: Plan): void => {
      if (one.kind === 'test') {
        if (bound(one, true) !== bound(one, false)) found.add(printCheck(one.check.node))
      } else if (one.kind === 'not') visit(one.child)
      else if (one.kind !== 'constant') one.children.forEach(visit)
    }
    visit(plan)
    return [...found]
  }

  return { lower: (plan) => bound(plan, false), node, unknown }
}

function placesOf(prepared: readonly Prepared[], kind: PreventedKind): Places {
  const places = prepared.filter((one) => one.kind === kind).map(({ root }) => placesOfNode(root))
  return unionOf(places)
}

function unionOf(places: readonly Places[]): Places {
  const all = places.filter((one) => one !== 'everywhere')
  return all.length < places.length ? 'everywhere' : [...new Set(all.flat())]
}

function placesOfNode(node: DecisionNode): Places {
  switch (node.op) {
    case 'false':
      return []
    case 'and': {
      const known = node.children.map(placesOfNode).filter((one) => one !== 'everywhere')
      return known.toSorted((a, b) => a.length - b.length)[0] ?? 'everywhere'
    }
    case 'or':
      return unionOf(node.children.map(placesOfNode))
    case 'test': {
      const { fact, compare, texts } = node.test
      const isPlace = (fact === 'path' || fact === 'directory') && (compare === 'equal' || compare === 'begins')
      return isPlace && texts.every((text) => text.startsWith('/')) ? texts : 'everywhere'
    }
    default:
      return 'everywhere'
  }
}

/** Whether it can hold in the mount namespace of the host alone. */
function needsHost(node: DecisionNode): boolean {
  switch (node.op) {
    case 'false':
      return true
    case 'and':
      return node.children.some(needsHost)
    case 'or':
      return node.children.every(needsHost)
    case 'test':
      return node.test.fact === 'onHost'
    default:
      return false
  }
}
