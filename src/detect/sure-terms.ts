/**
 * What of a condition the kernel side can tell for sure, as alternatives of tests. An interest (interest.ts) may be too wide; this may only be too narrow: a check
 * that is not the kernel's to make is taken to fail (under a `not`, to hold), and named.
 */
import type { SureFacts, SureField, SureTest, SureValue } from '../events/denial.ts'
import { MAX_SURE_BEGINNING } from '../events/denial.ts'
import type { Event } from '../events/event.ts'
import type { KindName } from '../events/kinds.ts'
import { NO_NAME } from '../events/process-name.ts'
import { sampleEvent } from '../events/sample-event.ts'
import { printCheck } from '../lang/ast.ts'
import type { BoundCheck } from '../lang/bound.ts'
import { compileCheck, createCells } from '../lang/compile-check.ts'
import type { Plan } from '../lang/plan.ts'
import { networksOf } from './interest-tests.ts'

/** A conjunction. */
export interface Draft<F extends string> {
  /** A bit for each class in which it holds. */
  readonly classes: bigint
  readonly onHost: boolean
  readonly tests: Readonly<Partial<Record<F, SureTest>>>
}

export interface SureTerms<F extends string> {
  readonly drafts: readonly Draft<F>[]
  /** Checks that were taken to fail, as text; none: the alternatives hold exactly where the condition does. */
  readonly obstacles: readonly string[]
}

/** More alternatives of one rule are taken for too many. */
const MAX_DRAFTS = 256
const TOO_MANY = 'it holds, which has too many alternatives'

export function sureTerms<F extends string>(kind: KindName, facts: SureFacts<F>, plan: Plan): SureTerms<F> {
  const numbers = Array.from({ length: facts.classes }, (_, number) => number)
  const known = numbers.filter((number) => facts.samples(number).length > 0)
  const all = maskOf(known, () => true)
  const obstacles = new Set<string>()
  const masks = new Map<BoundCheck, ReadonlyMap<boolean, bigint> | undefined>()

  /** Alternatives that hold only where the plan comes to `outcome`; of classes that are not `possible` nobody asks. */
  function drafts(plan: Plan, outcome: boolean, possible: bigint): readonly Draft<F>[] {
    switch (plan.kind) {
      case 'constant':
        return plan.value === outcome ? [draft({ classes: possible })] : []
      case 'test':
        return ofCheck(plan.check, outcome, possible)
      case 'not':
        return drafts(plan.child, !outcome, possible)
      case 'and':
      case 'or':
        return (plan.kind === 'and') === outcome
          ? conjunction(plan.children, outcome, possible)
          : disjunction(plan.children, outcome, possible)
      default:
        return plan satisfies never
    }
  }

  const disjunction = (children: readonly Plan[], outcome: boolean, possible: bigint): readonly Draft<F>[] =>
    bounded(children.flatMap((child) => drafts(child, outcome, possible)))

  /** What the classes decide comes first: where nothing is left, the other checks are no obstacles. */
  function conjunction(children: readonly Plan[], outcome: boolean, possible: bigint): readonly Draft<F>[] {
    const left = children.reduce(
      (mask, child) => mask & (child.kind === 'test' ? (ofClasses(child.check)?.get(outcome) ?? mask) : mask),
      possible,
    )
    if (left === 0n) return []
    return children.reduce<readonly Draft<F>[]>(
      (made, child) => bounded(product(made, drafts(child, outcome, left))),
      [draft<F>({ classes: left })],
    )
  }

  function bounded(list: readonly Draft<F>[]): readonly Draft<F>[] {
    const possible = merged(list.filter(({ classes }) => classes !== 0n))
    if (possible.length <= MAX_DRAFTS) return possible
    obstacles.add(TOO_MANY)
    return []
  }

  function ofCheck(check: BoundCheck, outcome: boolean, possible: bigint): readonly Draft<F>[] {
    const classes = ofClasses(check)?.get(outcome)
    if (classes !== undefined) return [draft({ classes: classes & possible })]
    const found = ofValues(check, outcome, facts.values)
    if (found === undefined) obstacles.add(printCheck(check.node))
    return found === undefined ? [] : [draft({ classes: possible, ...found })]
  }

  /** Run, not translated: on the events of each class. By what comes of it the classes of which all events agree. */
  function ofClasses(check: BoundCheck): ReadonlyMap<boolean, bigint> | undefined {
    if (!masks.has(check)) masks.set(check, runOnClasses(check))
    return masks.get(check)
  }

  function runOnClasses(check: BoundCheck): ReadonlyMap<boolean, bigint> | undefined {
    if (check.left.kind !== 'field' || check.left.definition.argument !== undefined || check.rightOperand !== undefined) return undefined
    const { name, kinds } = check.left.definition
    const isAbsent = kinds !== undefined && !kinds.some((prefix) => kind.startsWith(prefix))
    if (isAbsent) return new Map([true, false].map((outcome) => [outcome, outcome ? 0n : all]))
    if (!facts.decides.has(name)) return undefined
    const clock = { event: 0 }
    const holds = compileCheck(check, createCells(clock))
    const results = facts.makesDescriptor && DESCRIPTORS.has(name) ? besides(check) : undefined
    const outcomes = (number: number): readonly boolean[] =>
      facts
        .samples(number)
        .flatMap((values) => (results ?? [values.result]).map((result) => ({ ...values, result: result ?? 0 })))
        .map((values) => {
          clock.event++
          return holds(sampleEvent(kind, values) as Event)
        })
    const byClass = new Map(known.map((number) => [number, outcomes(number)]))
    const mask = (outcome: boolean): bigint => maskOf(known, (number) => byClass.get(number)?.every((one) => one === outcome) ?? false)
    const both = new Map([true, false].map((outcome) => [outcome, mask(outcome)]))
    return results !== undefined && (mask(true) | mask(false)) !== all ? undefined : both
  }

  return { drafts: drafts(plan, true, all), obstacles: [...obstacles] }
}

const maskOf = (numbers: readonly number[], holds: (number: number) => boolean): bigint =>
  numbers.reduce((mask, number) => (holds(number) ? mask | (1n << BigInt(number)) : mask), 0n)

const draft = <F extends string>(given: Partial<Draft<F>> & Pick<Draft<F>, 'classes'>): Draft<F> => {
  return { onHost: false, tests: {} as Draft<F>['tests'], ...given }
}

/** The number of the new descriptor is not known before there is one. */
const DESCRIPTORS: ReadonlySet<string> = new Set(['fd.num', 'evt.rawres'])

/** On both sides of each constant. */
const besides = ({ constants }: BoundCheck): readonly number[] =>
  [0, 3, ...constants.flatMap((one) => (typeof one === 'number' ? [Math.floor(one) - 1, Math.floor(one), Math.ceil(one) + 1] : []))].filter(
    (one) => one >= 0,
  )

/** Those that differ in their classes only are one. */
const merged = <F extends string>(drafts: readonly Draft<F>[]): readonly Draft<F>[] =>
  [...Map.groupBy(drafts, ({ classes: _, ...rest }) => JSON.stringify(rest, bytesAsText)).values()].map((alike) => ({
    ...(alike[0] as Draft<F>),
    classes: alike.reduce((mask, { classes }) => mask | classes, 0n),
  }))

const bytesAsText = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? value.join(',') : value)

function product<F extends string>(left: readonly Draft<F>[], right: readonly Draft<F>[]): readonly Draft<F>[] {
  // As many drafts of no class: too many, as `bounded` counts them.
  if (left.length * right.length > 16 * MAX_DRAFTS)
    return Array.from({ length: MAX_DRAFTS + 1 }, (_, index) => draft<F>({ classes: 1n << BigInt(index) }))
  return left.flatMap((a) => right.flatMap((b) => both(a, b) ?? []))
}

/** Undefined where both cannot hold. */
function both<F extends string>(a: Draft<F>, b: Draft<F>): Draft<F> | undefined {
  const tests: Partial<Record<F, SureTest>> = { ...a.tests }
  for (const [fact, test] of Object.entries(b.tests) as [F, SureTest][]) {
    const joined = joinedTest(tests[fact], test)
    if (joined.any?.length === 0) return undefined
    tests[fact] = joined
  }
  return { classes: a.classes & b.classes, onHost: a.onHost || b.onHost, tests }
}

function joinedTest(a: SureTest | undefined, b: SureTest): SureTest {
  if (a === undefined) return b
  const none = unique([...a.none, ...b.none])
  const any = a.any === undefined || b.any === undefined ? (a.any ?? b.any) : meetings(a.any, b.any)
  return { any: any?.filter((one) => !none.some((other) => holdsAll(other, one))), none }
}

const unique = (values: readonly SureValue[]): readonly SureValue[] => [
  ...new Map(values.map((one) => [JSON.stringify(one, bytesAsText), one])).values(),
]

/** What satisfies one of both lists. */
const meetings = (a: readonly SureValue[], b: readonly SureValue[]): readonly SureValue[] =>
  unique(a.flatMap((x) => b.flatMap((y) => (holdsAll(x, y) ? [y] : holdsAll(y, x) ? [x] : []))))

/** Whether all that satisfies `inner` satisfies `outer`. */
function holdsAll(outer: SureValue, inner: SureValue): boolean {
  if (outer.kind === 'number') return inner.kind === 'number' && inner.number === outer.number
  if (outer.kind === 'net') return inner.kind === 'net' && netHolds(outer, inner)
  if (inner.kind !== 'text' && inner.kind !== 'beginning') return false
  return outer.kind === 'beginning' ? inner.text.startsWith(outer.text) : inner.kind === 'text' && inner.text === outer.text
}

type Net = Extract<SureValue, { readonly kind: 'net' }>

function netHolds(outer: Net, inner: Net): boolean {
  if (outer.bytes.length !== inner.bytes.length || outer.bits > inner.bits) return false
  return outer.bytes.every((byte, at) => {
    const mask = (0xff00 >> Math.min(8, Math.max(0, outer.bits - 8 * at))) & 0xff
    return ((byte ^ (inner.bytes[at] as number)) & mask) === 0
  })
}

/* ---- checks as tests of values ---- */

type Part<F extends string> = Partial<Pick<Draft<F>, 'tests' | 'onHost'>>
const EQUALITY: ReadonlySet<string> = new Set(['=', 'in', 'intersects', '!='])

function ofValues<F extends string>(
  check: BoundCheck,
  outcome: boolean,
  values: Readonly<Record<string, SureField<F>>>,
): Part<F> | undefined {
  const { left, rightOperand, modifier, operator, constants } = check
  if (left.kind !== 'field' || left.argument !== undefined || rightOperand !== undefined || modifier !== undefined) return undefined
  const field = values[left.definition.name]
  if (field === undefined) return undefined
  const isAmong = (operator.name !== '!=') === outcome
  if (field.fact === 'host') return EQUALITY.has(operator.name) && isAmong && constants.includes('host') ? { onHost: true } : undefined
  const read = readValues(field, operator.name, constants)
  if (read === undefined) return undefined
  const none = field.form === 'name' ? [...read, UNNAMED] : read
  const test: SureTest = isAmong ? { any: read, none: [] } : { any: undefined, none }
  return { tests: { [field.fact]: test } as Partial<Record<F, SureTest>> }
}

function readValues(
  { form, maxBytes }: SureField<string>,
  operator: string,
  constants: readonly unknown[],
): readonly SureValue[] | undefined {
  const isEquality = EQUALITY.has(operator)
  switch (form) {
    case 'number':
      return isEquality && constants.every(isId) ? constants.map((number) => ({ kind: 'number', number: number as number })) : undefined
    case 'address':
      return isEquality ? networksOf(constants)?.map((net) => ({ kind: 'net', ...net })) : undefined
    case 'path':
      if (operator === 'startswith') return beginnings(constants)
      if (operator === 'pmatch') return belowAny(constants, maxBytes)
      return isEquality ? texts(constants, maxBytes) : undefined
    case 'name':
      return isEquality && !constants.includes(NO_NAME) ? texts(constants, maxBytes) : undefined
    case 'text':
      return isEquality ? texts(constants, maxBytes) : undefined
    default:
      return form satisfies never
  }
}

/** What a process of that name is called the kernel side cannot tell. */
const UNNAMED: SureValue = { kind: 'text', text: NO_NAME }

const isId = (one: unknown): boolean => Number.isInteger(one) && (one as number) >= 0 && (one as number) < 2 ** 32

/** An empty path is that of a program which is not known, and bytes that are no UTF-8 have a form of their own: neither is compared in the kernel. */
const isText = (one: unknown, maxBytes: number): one is string =>
  typeof one === 'string' && /^[\x20-\x7e]+$/.test(one) && one.length <= maxBytes

const texts = (constants: readonly unknown[], maxBytes: number): readonly SureValue[] | undefined =>
  constants.every((one) => isText(one, maxBytes)) ? constants.map((one) => ({ kind: 'text', text: one as string })) : undefined

const beginnings = (constants: readonly unknown[]): readonly SureValue[] | undefined =>
  constants.every((one) => isText(one, MAX_SURE_BEGINNING))
    ? constants.map((one) => ({ kind: 'beginning', text: one as string }))
    : undefined

const WILD = /[?*[\\]/

/** A path or anything below it. */
function belowAny(constants: readonly unknown[], maxBytes: number): readonly SureValue[] | undefined {
  if (!constants.every((one) => isText(one, maxBytes - 1) && !WILD.test(one))) return undefined
  const paths = constants.map((one) => `/${(one as string).split('/').filter(Boolean).join('/')}`)
  if (paths.includes('/')) return undefined
  return [
    ...paths.map((text) => ({ kind: 'text', text }) as const),
    ...paths.map((path) => ({ kind: 'beginning', text: `${path}/` }) as const),
  ]
}
