/** Terms in the making: conjunctions of what the kernel side can check, and how they are combined. Each step may only widen. */
import type { AddressRange, PathTests } from '../events/interest.ts'

/** A conjunction. An absent test holds for every event; `classes` has a bit per class. */
export interface Draft {
  readonly classes: bigint
  readonly path?: PathTests
  readonly comms?: readonly string[]
  readonly uids?: readonly number[]
  readonly nets?: readonly AddressRange[]
  readonly ports?: readonly number[]
}

/** Any of these; none: never. */
export type Drafts = readonly Draft[]

/** More alternatives than this are joined into one. */
const MAX_DRAFTS = 48
/** More texts, addresses or ports than this in one term are no test any more. */
const MAX_TESTS = 8192

const uniq = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]

const joinPaths = (all: readonly PathTests[]): PathTests => ({
  exact: uniq(all.flatMap(({ exact }) => exact)),
  prefixes: uniq(all.flatMap(({ prefixes }) => prefixes)),
  suffixes: uniq(all.flatMap(({ suffixes }) => suffixes)),
  names: uniq(all.flatMap(({ names }) => names)),
  parents: uniq(all.flatMap(({ parents }) => parents)),
})

/** How much a path test lets through, as a guess: a place is wider than a name, and a name than a file. */
const widthOf = ({ exact, prefixes, suffixes, names, parents }: PathTests): number =>
  exact.length +
  20 * names.length +
  30 * suffixes.length +
  100 * parents.length +
  prefixes.reduce((sum, { length }) => sum + 3000 / length, 0)

const netWidth = (nets: readonly AddressRange[]): number => nets.reduce((sum, { bytes, bits }) => sum + 2 ** -(bits / bytes.length), 0)

function tighter<T>(a: T | undefined, b: T | undefined, width: (one: T) => number): T | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return width(a) <= width(b) ? a : b
}

function withTests(classes: bigint, { path, comms, uids, nets, ports }: { readonly [K in keyof Draft]?: Draft[K] | undefined }): Draft {
  return {
    classes,
    ...(path === undefined ? {} : { path }),
    ...(comms === undefined ? {} : { comms }),
    ...(uids === undefined ? {} : { uids }),
    ...(nets === undefined ? {} : { nets }),
    ...(ports === undefined ? {} : { ports }),
  }
}

const common = <T>(a: readonly T[] | undefined, b: readonly T[] | undefined): readonly T[] | undefined =>
  a && b ? a.filter((one) => b.includes(one)) : (a ?? b)

/** Where two tests of one sort must hold, the tighter is kept; either end of a socket may satisfy each, so ports are not intersected. */
function both(a: Draft, b: Draft): Draft {
  return withTests(a.classes & b.classes, {
    path: tighter(a.path, b.path, widthOf),
    comms: common(a.comms, b.comms),
    uids: common(a.uids, b.uids),
    nets: tighter(a.nets, b.nets, netWidth),
    ports: tighter(a.ports, b.ports, ({ length }) => length),
  })
}

/** What all of them have, joined; undefined where one has none, or there is too much of it. */
function union<T>(lists: readonly (readonly T[] | undefined)[]): readonly T[] | undefined {
  if (lists.some((list) => list === undefined)) return undefined
  const all = uniq(lists.flatMap((list) => list ?? []))
  return all.length > MAX_TESTS ? undefined : all
}

function unionOfPaths(paths: readonly (PathTests | undefined)[]): PathTests | undefined {
  const known = paths.filter((path) => path !== undefined)
  if (known.length < paths.length) return undefined
  const all = joinPaths(known)
  return Object.values(all).flat().length > MAX_TESTS ? undefined : all
}

/** One that holds wherever one of them holds. In one pass: there may be one for each of 10,000 rules. */
export function anyOne(drafts: readonly Draft[]): Draft {
  const [only] = drafts
  if (only !== undefined && drafts.length === 1) return only
  return withTests(
    drafts.reduce((mask, { classes }) => mask | classes, 0n),
    {
      path: unionOfPaths(drafts.map(({ path }) => path)),
      comms: union(drafts.map(({ comms }) => comms)),
      uids: union(drafts.map(({ uids }) => uids)),
      nets: union(drafts.map(({ nets }) => nets)),
      ports: union(drafts.map(({ ports }) => ports)),
    },
  )
}

const keyOf = (draft: Draft, without: keyof Draft): string =>
  JSON.stringify({ ...draft, classes: String(draft.classes), [without]: draft[without] !== undefined && without !== 'classes' })

/** The same with fewer drafts: those that differ in one test only are one. */
export function merged(drafts: Drafts): Drafts {
  let left = drafts.filter(({ classes }) => classes !== 0n)
  for (const differ of ['classes', 'path', 'ports', 'nets', 'uids', 'comms'] as const) {
    if (left.length < 2) return left
    left = [...Map.groupBy(left, (draft) => keyOf(draft, differ)).values()].map(anyOne)
  }
  return left
}

const few = (drafts: Drafts): Drafts => (drafts.length > MAX_DRAFTS ? [anyOne(drafts)] : drafts)

export const anyOfDrafts = (alternatives: readonly Drafts[]): Drafts => few(merged(alternatives.flat()))

/** All of these must hold. */
export function allOfDrafts(parts: readonly Drafts[], all: bigint): Drafts {
  return parts.toSorted((a, b) => a.length - b.length).reduce<Drafts>((left, right) => product(left, right), [{ classes: all }])
}

function product(left: Drafts, right: Drafts): Drafts {
  if (left.length === 0 || right.length === 0) return []
  const by = left.length * right.length > MAX_DRAFTS * 4 ? [anyOne(right)] : right
  return few(merged(left.flatMap((a) => by.map((b) => both(a, b)))))
}
