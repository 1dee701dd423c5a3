/** Processes that have ended, the latest so many of them: for records that come late, and for who asks about one a moment later. */
import type { ProcessNode } from './process-node.ts'

export interface EndedProcesses {
  /** Once per process. The longest ended gives way to it. */
  readonly add: (node: ProcessNode) => void
  readonly find: (pid: number, startNs: number) => ProcessNode | undefined
  /** The one of that pid that ended last. */
  readonly last: (pid: number) => ProcessNode | undefined
  readonly size: () => number
}

/**
 * By pid, since a text of pid and start takes longer to make than all else that a process's end comes to (bench/enrich.ts): nearly always a pid has
 * one ended process among them.
 */
export function createEndedProcesses(capacity: number): EndedProcesses {
  /** In the order in which they ended, going round. */
  const ring: ProcessNode[] = []
  /** Of one pid the eldest first. */
  const byPid = new Map<number, ProcessNode | ProcessNode[]>()
  let next = 0

  function add(node: ProcessNode): void {
    const gone = ring[next]
    if (gone !== undefined) forget(gone)
    ring[next] = node
    next = (next + 1) % capacity
    const known = byPid.get(node.pid)
    if (known === undefined) byPid.set(node.pid, node)
    else if (Array.isArray(known)) known.push(node)
    else byPid.set(node.pid, [known, node])
  }

  function forget({ pid }: ProcessNode): void {
    const known = byPid.get(pid)
    if (!Array.isArray(known)) byPid.delete(pid)
    else if (known.length > 2) known.shift()
    else byPid.set(pid, known[1] as ProcessNode)
  }

  function find(pid: number, startNs: number): ProcessNode | undefined {
    const known = byPid.get(pid)
    if (Array.isArray(known)) return known.findLast((node) => node.startNs === startNs)
    return known?.startNs === startNs ? known : undefined
  }

  function last(pid: number): ProcessNode | undefined {
    const known = byPid.get(pid)
    return Array.isArray(known) ? known.at(-1) : known
  }

  return Object.freeze({ add, find, last, size: () => ring.length })
}
