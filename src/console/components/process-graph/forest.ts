/**
 * Processes as trees, and what of them is shown: everything that leads to a finding is open, brothers and sisters without findings are
 * folded into one row, so that a build with thousands of processes does not hide the five that matter. No recursion: chains may be deep.
 */
import type { StoredProcess } from '../../../store/state-store.ts'

export interface ProcessNode {
  readonly process: StoredProcess
  readonly parent: ProcessNode | undefined
  /** By when they were started. */
  readonly children: readonly ProcessNode[]
  /** From 0. */
  readonly depth: number
  /** Of itself and of everything below it. */
  readonly findingsBelow: number
  /** How many are below it. */
  readonly size: number
}

export interface Forest {
  readonly roots: readonly ProcessNode[]
  readonly byKey: ReadonlyMap<string, ProcessNode>
}

interface Draft {
  process: StoredProcess
  parent: Draft | undefined
  children: Draft[]
  depth: number
  findingsBelow: number
  size: number
}

/** Those whose parent is not among them are roots. A ring of parents, which only damaged data has, is cut where it was begun. */
export function buildForest(processes: readonly StoredProcess[]): Forest {
  const byKey = new Map<string, Draft>()
  for (const process of processes) {
    byKey.set(process.processKey, { process, parent: undefined, children: [], depth: 0, findingsBelow: process.findings, size: 0 })
  }
  const drafts = [...byKey.values()].sort((a, b) => a.process.startedNs - b.process.startedNs)
  for (const draft of drafts) {
    draft.parent = byKey.get(draft.process.parentKey ?? '')
    draft.parent?.children.push(draft)
  }
  cutRings(drafts)
  const roots = drafts.filter(({ parent }) => parent === undefined)
  const order = preorder(roots)
  for (const draft of order) draft.depth = draft.parent === undefined ? 0 : draft.parent.depth + 1
  for (const draft of order.reverse()) {
    if (draft.parent === undefined) continue
    draft.parent.findingsBelow += draft.findingsBelow
    draft.parent.size += draft.size + 1
  }
  return { roots, byKey }
}

/** What no root leads to hangs on a ring. */
function cutRings(drafts: readonly Draft[]): void {
  const reached = new Set(preorder(drafts.filter(({ parent }) => parent === undefined)))
  for (const draft of drafts) {
    if (reached.has(draft)) continue
    const { parent } = draft
    if (parent !== undefined) parent.children = parent.children.filter((child) => child !== draft)
    draft.parent = undefined
    for (const below of preorder([draft])) reached.add(below)
  }
}

function preorder(roots: readonly Draft[]): Draft[] {
  const order: Draft[] = []
  const stack = [...roots].reverse()
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    order.push(at)
    for (let child = at.children.length - 1; child >= 0; child--) stack.push(at.children[child] as Draft)
  }
  return order
}

/** What the reader has changed: whether a node is open, and whose folded children are told one by one. By process key. */
export interface Unfolding {
  readonly open: ReadonlyMap<string, boolean>
  readonly unfolded: ReadonlySet<string>
}

export type TreeRow =
  | { readonly kind: 'process'; readonly key: string; readonly node: ProcessNode; readonly depth: number; readonly isOpen: boolean }
  /** Several children of `of` that have no findings below them. */
  | {
      readonly kind: 'fold'
      readonly key: string
      readonly of: ProcessNode
      readonly depth: number
      readonly nodes: readonly ProcessNode[]
    }

/** Fewer than that are not worth a fold. */
const FOLD_FROM = 3
/** Without findings to lead the eye, so much is open from the start. */
const OPEN_DEPTH = 3

/** What is shown, every parent before its children. `focus` is shown whatever it has found. */
export function visibleRows(forest: Forest, unfolding: Unfolding, focus?: string): readonly TreeRow[] {
  const rows: TreeRow[] = []
  const wanted = wantedKeys(forest, focus)
  const stack: TreeRow[] = []
  const push = (parent: ProcessNode | undefined, nodes: readonly ProcessNode[]): void => {
    for (const row of rowsOf(parent, nodes, { unfolding, wanted }).reverse()) stack.push(row)
  }
  push(undefined, forest.roots)
  for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
    rows.push(row)
    if (row.kind === 'process' && row.isOpen) push(row.node, row.node.children)
  }
  return rows
}

interface Showing {
  readonly unfolding: Unfolding
  /** Keys that lead to a finding or to the focus, with them. */
  readonly wanted: ReadonlySet<string>
}

function rowsOf(parent: ProcessNode | undefined, nodes: readonly ProcessNode[], { unfolding, wanted }: Showing): TreeRow[] {
  const isDull = (node: ProcessNode): boolean =>
    !wanted.has(node.process.processKey) && unfolding.open.get(node.process.processKey) !== true
  const dull = parent === undefined || unfolding.unfolded.has(parent.process.processKey) ? [] : nodes.filter(isDull)
  const folded = new Set(dull.length >= FOLD_FROM ? dull : [])
  const rows = nodes
    .filter((node) => !folded.has(node))
    .map((node): TreeRow => {
      const key = node.process.processKey
      const isOpen = unfolding.open.get(key) ?? (wanted.size > 0 ? wanted.has(key) : node.depth < OPEN_DEPTH)
      return { kind: 'process', key, node, depth: node.depth, isOpen: isOpen && node.children.length > 0 }
    })
  if (parent === undefined || folded.size === 0) return rows
  return [...rows, { kind: 'fold', key: `${parent.process.processKey}+`, of: parent, depth: parent.depth + 1, nodes: [...folded] }]
}

function wantedKeys(forest: Forest, focus: string | undefined): ReadonlySet<string> {
  const wanted = new Set<string>()
  const focused = forest.byKey.get(focus ?? '')
  const ends = [...forest.byKey.values()].filter(({ process }) => process.findings > 0)
  for (const end of focused === undefined ? ends : [...ends, focused]) {
    for (let at: ProcessNode | undefined = end; at !== undefined && !wanted.has(at.process.processKey); at = at.parent)
      wanted.add(at.process.processKey)
  }
  return wanted
}

/** How many processes a fold hides, with all below them. */
export const foldedCount = (nodes: readonly ProcessNode[]): number => nodes.reduce((sum, node) => sum + node.size + 1, 0)
