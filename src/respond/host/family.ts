/** A process and all that descend from it. */
import type { ActionContext } from '../action.ts'
import { findProcess, type HostProcess, isSame, livingProcesses, readProcess } from './processes.ts'

type Named = Pick<HostProcess, 'pid' | 'startNs'>
type Looking = Pick<ActionContext, 'proc' | 'descendants'>

/**
 * All that live, by parents that live, by sessions (who opened one is an ancestor of all in it) and by what the agent saw fork. The process itself is among
 * them if it lives.
 */
export function familyOf(root: Named, { proc, descendants }: Looking): readonly HostProcess[] {
  const living = livingProcesses(proc)
  const seen = (descendants?.(root.pid, root.startNs) ?? []).flatMap((one) => findProcess(proc, one) ?? [])
  const own = living.filter((one) => one.pid === root.pid && isSame(one, root.startNs))
  // The number of a process that has ended is not given away while a session has it: who came later into that session descends from it.
  const isTaken = own.length === 0 && living.some((one) => one.pid === root.pid)
  const ofSession = isTaken ? [] : living.filter((one) => one.session === root.pid && one.startNs + TICK_NS > root.startNs)
  return withDescendants(living, [...own, ...seen, ...ofSession], proc)
}

const TICK_NS = 1e7

function withDescendants(living: readonly HostProcess[], roots: readonly HostProcess[], proc: string): readonly HostProcess[] {
  const byParent = Map.groupBy(living, ({ ppid }) => ppid)
  const bySession = Map.groupBy(living, ({ session }) => session)
  const members = new Map<number, HostProcess>()
  const waiting = [...roots]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (members.has(one.pid)) continue
    members.set(one.pid, one)
    waiting.push(...childrenOf(one, byParent.get(one.pid) ?? [], proc), ...born(one, bySession.get(one.pid) ?? []))
  }
  return [...members.values()]
}

/** Nobody is older than who he descends from. */
const born = ({ startNs }: HostProcess, after: readonly HostProcess[]): readonly HostProcess[] =>
  after.filter((one) => one.startNs >= startNs)

/**
 * /proc is read one process after another: the parent may have ended since, and its number be that of another, whose children these are. The kernel gives the children of
 * one that ends another parent at once: who has this number as its parent still, is a child of the other.
 */
function childrenOf(parent: HostProcess, named: readonly HostProcess[], proc: string): readonly HostProcess[] {
  const children = born(parent, named)
  if (children.length === 0 || readProcess(proc, parent.pid)?.startNs === parent.startNs) return children
  return children.filter(({ pid }) => readProcess(proc, pid)?.ppid !== parent.pid)
}
