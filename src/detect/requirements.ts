/**
 * What a condition demands of the values of fields before it can hold: one of some values, or a text that begins or ends
 * with one of some texts. Rules that demand something can be found by the value instead of being tried one by one.
 */
import type { BoundOperand } from '../lang/bound.ts'
import type { Network } from '../lang/ip.ts'
import type { Plan, TestPlan } from '../lang/plan.ts'
import { MIN_GRAM } from './gram-index.ts'

/** How the rules are found: by the whole value, its beginning or its end; by a part of it; by the network that holds it. */
export type Lookup = 'text' | 'part' | 'net'

/**
 * The value, or one of the values, is one of `values`, or a text that begins with one of `prefixes`, ends with one of `suffixes` or holds one
 * of `parts`, or an address in one of `nets`.
 */
export interface Requirement {
  readonly operand: BoundOperand
  readonly by: Lookup
  readonly values: readonly (string | number)[]
  readonly prefixes: readonly string[]
  readonly suffixes: readonly string[]
  readonly parts: readonly string[]
  readonly nets: readonly Network[]
  /** Some prefixes stand for paths by component: a text with `//`, or without a slash in front, may satisfy them too. */
  readonly paths: boolean
}

/** One of these must be satisfied, or the condition can not hold; each on a field of its own. Necessary, not sufficient. */
export type Cover = readonly Requirement[]

/** More texts than this in one cover are not kept apart. */
const MAX_TEXTS = 4096
/** More fields than this are not looked up for one rule. */
const MAX_FIELDS = 4

/** The covers of a condition: each one by itself is necessary for it. None where it demands nothing that can be looked up. */
export function coversOf(plan: Plan): readonly Cover[] {
  switch (plan.kind) {
    case 'test': {
      const cover = coverOfTest(plan)
      return cover === undefined ? [] : [cover]
    }
    case 'and':
      return plan.children.flatMap(coversOf)
    case 'or': {
      const cover = plan.children.map(narrowest).reduce(either)
      return cover === undefined ? [] : [cover]
    }
    default:
      return []
  }
}

function narrowest(plan: Plan): Cover | undefined {
  return coversOf(plan).reduce<Cover | undefined>(
    (best, cover) => (best === undefined || likelihood(cover) < likelihood(best) ? cover : best),
    undefined,
  )
}

/** Where one of two conditions must hold, one of both covers must be satisfied. */
function either(a: Cover | undefined, b: Cover | undefined): Cover | undefined {
  if (a === undefined || b === undefined) return undefined
  const merged = new Map(a.map((requirement) => [lookupKey(requirement), requirement]))
  for (const requirement of b) {
    const known = merged.get(lookupKey(requirement))
    merged.set(lookupKey(requirement), known === undefined ? requirement : join(known, requirement))
  }
  const cover = [...merged.values()]
  return cover.length > MAX_FIELDS || cover.reduce((sum, one) => sum + one.values.length, 0) > MAX_TEXTS ? undefined : cover
}

/** One index for each. */
export const lookupKey = ({ operand, by }: Requirement): string => `${by} ${operand.key}`

const join = (a: Requirement, b: Requirement): Requirement => ({
  operand: a.operand,
  by: a.by,
  values: [...a.values, ...b.values],
  prefixes: [...a.prefixes, ...b.prefixes],
  suffixes: [...a.suffixes, ...b.suffixes],
  parts: [...a.parts, ...b.parts],
  nets: [...a.nets, ...b.nets],
  paths: a.paths || b.paths,
})

/** A guess at how often a cover is satisfied; a field more is a look-up more. */
export function likelihood(cover: Cover): number {
  return cover.reduce((sum, requirement) => sum + likelihoodOfOne(requirement) + 0.002, 0)
}

/** Long texts tell more than short ones, and numbers little. */
function likelihoodOfOne({ values, prefixes, suffixes, parts, nets }: Requirement): number {
  const wide = nets.reduce((sum, { bits }) => sum + 0.2 / (bits + 1), 0)
  const texts = [...prefixes, ...suffixes, ...parts, ...parts].reduce((sum, text) => sum + 0.5 / (text.length + 1), 0)
  const short = values.some((value) => String(value).length < 3)
  return (short ? 0.2 : 0.01) * Math.sqrt(values.length) + texts + wide
}

const LOOKED_UP: ReadonlySet<string> = new Set(['string', 'number', 'ip', 'net'])

/** Of a list, `in` asks for each value: it holds for none. */
function coverOfTest({ check }: TestPlan): Cover | undefined {
  const { left, rightOperand, operator, constants } = check
  const { type, many } = left.shape
  if (many === 'list' || rightOperand !== undefined || !LOOKED_UP.has(type) || constants.length > MAX_TEXTS) return undefined
  const texts = constants as readonly string[]
  const none: Requirement = { operand: left, by: 'text', values: [], prefixes: [], suffixes: [], parts: [], nets: [], paths: false }
  switch (operator.name) {
    case '=':
    case 'in':
    case 'intersects':
      if (type === 'net') return [{ ...none, by: 'net', nets: constants as readonly Network[] }]
      return [{ ...none, values: constants as readonly (string | number)[] }]
    case 'startswith':
      return useful({ ...none, prefixes: texts })
    case 'endswith':
      return useful({ ...none, suffixes: texts })
    case 'contains':
      return texts.some(({ length }) => length < MIN_GRAM) ? undefined : [{ ...none, by: 'part', parts: texts }]
    case 'glob':
      return useful({ ...none, prefixes: texts.map(literalPrefix) }) ?? useful({ ...none, suffixes: texts.map(literalSuffix) })
    case 'pmatch':
      return useful({ ...none, prefixes: texts.map(pathPrefix), paths: true })
    default:
      return undefined
  }
}

/** A text that may begin or end with anything demands nothing. */
function useful(requirement: Requirement): Cover | undefined {
  return [...requirement.prefixes, ...requirement.suffixes].some((text) => text.length < 2) ? undefined : [requirement]
}

/** What stands before the first sign that a glob does not take as it is. */
export const literalPrefix = (pattern: string): string => /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''

/** What stands behind the last star of a glob that has no other signs. */
export const literalSuffix = (pattern: string): string => (/[?[\\]/.test(pattern) ? '' : pattern.slice(pattern.lastIndexOf('*') + 1))

/** The path without empty components, up to its first glob. */
function pathPrefix(path: string): string {
  const names = path.split('/').filter((name) => name !== '')
  return literalPrefix(`/${names.join('/')}`)
}
