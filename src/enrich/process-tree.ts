/**
 * The processes of the host, fed by records in order. A process is named by its pid and its start, so that a pid used again is
 * another process. What ended stays for its children and for a while.
 */
import type { HeaderRecord, ProcessExecRecord, ProcessForkRecord, ProcessSnapshotRecord } from '../events/records.gen.ts'
import { trimRaw } from './argument-text.ts'
import { NO_CGROUP } from './cgroup.ts'
import type { Cgroups } from './cgroups.ts'
import { createEndedProcesses } from './ended-processes.ts'
import { createHeaderReader, pidAt, startAt } from './header-sync.ts'
import type { HostReader, ProcessFacts } from './host-reader.ts'
import { commOf, type Namespaces } from './interned.ts'
import { createPidNamespaces } from './pid-namespaces.ts'
import { isSameStart, TICK_NS } from './proc-files.ts'
import { createImages } from './process-image.ts'
import { type Birth, type NodeContext, ProcessNode } from './process-node.ts'
import { createReadBudget } from './read-budget.ts'
import { createTextStore } from './text-store.ts'

export interface TreeLimits {
  /** Ended processes that are remembered beside those that a living one descends from. */
  readonly exited: number
  /** Levels of ancestors that are kept when they have ended. */
  readonly ancestors: number
  /** Programs remembered per process. */
  readonly execs: number
  readonly argvBytes: number
  readonly envBytes: number
  /** Processes read from /proc per second of event time, where a record speaks of one that is not known. */
  readonly readsPerSecond: number
}

const TREE_LIMITS: TreeLimits = Object.freeze({
  exited: 16_384,
  ancestors: 64,
  execs: 8,
  argvBytes: 32 << 20,
  envBytes: 32 << 20,
  readsPerSecond: 1000,
})

export interface TreeCounters {
  /** Living processes known now, and ended ones kept. */
  readonly processes: number
  readonly exited: number
  /** Processes first heard of by a record of their own: their fork was not seen. */
  readonly unknown: number
  /** Processes taken for ended because their pid was used again or was gone at a sweep: their exit was not seen. */
  readonly exitsMissed: number
  /** Records of processes that had ended by an earlier record. */
  readonly late: number
  /** Unknown processes that were not read from /proc because there were too many. */
  readonly readsSkipped: number
  /** Arguments and environments let go to keep their bound. */
  readonly textsDropped: number
}

export interface ProcessTree {
  /** The process that a record is of, brought up to date with its header. */
  readonly of: (record: HeaderRecord) => ProcessNode
  readonly snapshot: (records: readonly ProcessSnapshotRecord[]) => void
  readonly fork: (parent: ProcessNode, record: ProcessForkRecord) => void
  readonly exec: (node: ProcessNode, record: ProcessExecRecord) => void
  readonly exit: (node: ProcessNode, timeNs: number) => void
  /** Living or ended; with `startNs` 0 the living one of that pid. */
  readonly find: (pid: number, startNs: number) => ProcessNode | undefined
  /** The last process of that pid that ended, if that is not long ago. */
  readonly ended: (pid: number) => ProcessNode | undefined
  readonly pidNamespaceStartNs: (pidNs: number) => number | undefined
  /** Takes for ended what is gone without an exit record. `timeNs`: now, since boot. */
  readonly sweep: (timeNs: number) => void
  readonly counters: () => TreeCounters
}

const CLONE_PARENT = 0x8000
/** A process younger than that (ns) may be on its way into /proc, or its exit on its way to us. */
const SWEEP_GRACE_NS = 10e9
/** How many unknown parents in a row are read from /proc. */
const MAX_CLIMB = 32
/** Has the namespaces that the host began with, as a rule. */
const KTHREADD = 2

export function createProcessTree(host: HostReader, cgroups: Cgroups, context: NodeContext, limits: TreeLimits = TREE_LIMITS): ProcessTree {
  const live = new Map<number, ProcessNode>()
  const ended = createEndedProcesses(limits.exited)
  const pidNamespaces = createPidNamespaces()
  const [argvs, envs] = [createTextStore(limits.argvBytes), createTextStore(limits.envBytes)]
  const images = createImages(argvs, envs)
  const header = createHeaderReader((node, cgroupId, timeNs) => {
    node.cgroupId = cgroupId
    node.cgroupFacts = cgroups.of(node.pid, cgroupId, timeNs) ?? NO_CGROUP
  })
  const reads = createReadBudget(limits.readsPerSecond)
  const count = { unknown: 0, exitsMissed: 0, late: 0 }

  function of(record: HeaderRecord): ProcessNode {
    const { view } = record.batch
    const known = live.get(pidAt(view, record.at))
    const startNs = startAt(view, record.at)
    const node = known !== undefined && known.startNs === startNs ? known : adopt(record, known, startNs)
    header.sync(node, record)
    return node
  }

  /** A record of a process that is not the living one of its pid: one that ended, or one whose fork was not seen. */
  function adopt(record: HeaderRecord, known: ProcessNode | undefined, startNs: number): ProcessNode {
    const { pid, timeNs } = record
    const late = ended.find(pid, startNs)
    if (late !== undefined) {
      count.late++
      return late
    }
    count.unknown++
    const node = nodeFromHeader(record, startNs)
    if (known === undefined || known.startNs < startNs) enter(node, timeNs)
    else ended.add(node)
    return node
  }

  /** Puts a node in its place; who had the pid before has ended unseen. */
  function enter(node: ProcessNode, timeNs: number): void {
    const before = live.get(node.pid)
    if (before !== undefined && before !== node) missed(before, timeNs)
    live.set(node.pid, node)
    pidNamespaces.note(node)
    if (node.depth > limits.ancestors) trimAncestors(node, limits.ancestors)
  }

  function nodeFromHeader(record: HeaderRecord, startNs: number): ProcessNode {
    const facts = reads.take(record.timeNs) ? factsOf(record.pid, startNs) : undefined
    const name = header.commOf(record)
    const parent = parentOf(record.ppid, record.parentStartNs, record.timeNs)
    const image = images.ofFacts(facts, name.text)
    const { vpid, sid, cgroupId } = record
    const node = new ProcessNode(record.pid, startNs, context, {
      ...{ parent, ppid: record.ppid, vpid, name, image, inherited: false, sid, vsid: vpid === record.pid ? sid : 0 },
      pgid: facts?.pgid ?? 0,
      vpgid: vpid === record.pid ? (facts?.pgid ?? 0) : 0,
      tty: record.tty,
      credentials: header.credentialsOf(record),
      namespaces: header.namespacesOf(record),
      cgroupId,
      // Who is gone already was where its parent is, if the id says so.
      cgroup: cgroups.of(record.pid, cgroupId, record.timeNs) ?? (parent?.cgroupId === cgroupId ? parent.cgroupFacts : NO_CGROUP),
    })
    if (facts !== undefined) fillArguments(node)
    return node
  }

  function parentOf(ppid: number, startNs: number, timeNs: number): ProcessNode | undefined {
    if (ppid === 0) return undefined
    return find(ppid, startNs) ?? climb(ppid, startNs, timeNs, MAX_CLIMB)
  }

  /** Reads an unknown process, and above it unknown parents, from /proc. `startNs` 0: whoever has the pid. */
  function climb(pid: number, startNs: number, timeNs: number, left: number): ProcessNode | undefined {
    if (left === 0 || !reads.take(timeNs)) return undefined
    const facts = factsOf(pid, startNs)
    if (facts === undefined) return undefined
    count.unknown++
    const parent = facts.ppid === 0 ? undefined : (live.get(facts.ppid) ?? climb(facts.ppid, 0, timeNs, left - 1))
    const node = nodeFromFacts(pid, startNs || facts.startTicks * TICK_NS, facts, parent)
    enter(node, timeNs)
    fillArguments(node)
    return node
  }

  function nodeFromFacts(pid: number, startNs: number, facts: ProcessFacts, parent: ProcessNode | undefined): ProcessNode {
    const { ppid, uid, gid, euid, egid, sid, pgid } = facts
    const name = commOf(facts.comm)
    const birth: Birth = {
      ...{ parent, ppid, vpid: pid, name, image: images.ofFacts(facts, name.text), inherited: false, sid, vsid: sid, pgid, vpgid: pgid },
      tty: facts.tty,
      credentials: header.credentials(uid, gid, euid, egid, parent?.loginuid ?? NO_LOGIN),
      namespaces: parent?.namespaces ?? live.get(KTHREADD)?.namespaces ?? header.namespaces({ pidNs: 0, mntNs: 0, userNs: 0, netNs: 0 }),
      cgroupId: 0,
      cgroup: cgroups.read(pid, 0) ?? NO_CGROUP,
    }
    return new ProcessNode(pid, startNs, context, birth)
  }

  /** What /proc says, if it is still the same process. */
  function factsOf(pid: number, startNs: number): ProcessFacts | undefined {
    const facts = host.process(pid)
    return facts === undefined || (startNs !== 0 && !isSameStart(facts.startTicks, startNs)) ? undefined : facts
  }

  /** Asks for argv and environ; they come later, or never. */
  function fillArguments(node: ProcessNode): void {
    const { image } = node
    host.arguments(node.pid, (facts) => {
      if (facts === undefined || !isSameStart(facts.startTicks, node.startNs)) return
      image.argv = argvs.keep(trimRaw(facts.cmdline))
      image.env = envs.keep(trimRaw(facts.environ))
      image.args = undefined
      image.cmdline = undefined
      node.changes++
    })
  }

  /** A process that the snapshot does not show (it has capabilities that we lack) is read from /proc when it is somebody's parent. */
  function snapshot(records: readonly ProcessSnapshotRecord[]): void {
    const nodes = records.map((record) => {
      const node = nodeFromSnapshot(record)
      enter(node, record.timeNs)
      return { node, record }
    })
    for (const { node, record } of nodes) {
      node.parentNode = parentOf(record.ppid, record.parentStartNs, record.timeNs)
      node.depth = node.parentNode === undefined ? 0 : node.parentNode.depth + 1
    }
    for (const { node } of nodes) if (node.exePath !== '') fillArguments(node)
  }

  function nodeFromSnapshot(record: ProcessSnapshotRecord): ProcessNode {
    const name = header.commOf(record)
    const { ppid, vpid, sid, vsid, pgid, vpgid, tty, cgroupId } = record
    return new ProcessNode(record.pid, record.startNs, context, {
      ...{ parent: undefined, ppid, vpid, name, inherited: false, sid, vsid, pgid, vpgid, tty, cgroupId },
      image: images.ofSnapshot(record, name.text),
      credentials: header.credentialsOf(record),
      namespaces: header.namespacesOf(record),
      cgroup: cgroups.of(record.pid, cgroupId, record.timeNs) ?? NO_CGROUP,
    })
  }

  function fork(caller: ProcessNode, record: ProcessForkRecord): void {
    const { childPid, childStartNs } = record
    const parent = (record.cloneFlags & CLONE_PARENT) !== 0 ? (caller.parentNode ?? caller) : caller
    const known = live.get(childPid)
    // The snapshot may have known it before its fork is read.
    if (known?.startNs === childStartNs) known.parentNode ??= parent
    else enter(nodeFromFork(parent, caller, record), record.timeNs)
  }

  function nodeFromFork(parent: ProcessNode, caller: ProcessNode, record: ProcessForkRecord): ProcessNode {
    const { sid, vsid, pgid, vpgid, tty, image, credentials, cgroupId } = caller
    return new ProcessNode(record.childPid, record.childStartNs, context, {
      ...{
        parent,
        ppid: parent.pid,
        vpid: record.childVpid,
        name: caller.name,
        image,
        inherited: true,
        credentials,
        sid,
        vsid,
        pgid,
        vpgid,
        tty,
      },
      namespaces: childNamespaces(caller, record),
      cgroupId,
      cgroup: caller.cgroupFacts,
    })
  }

  /** Nearly always the caller's own. */
  function childNamespaces({ namespaces }: ProcessNode, record: ProcessForkRecord): Namespaces {
    const { childPidNs: pidNs, childMntNs: mntNs, childUserNs: userNs, childNetNs: netNs } = record
    const same = pidNs === namespaces.pidNs && mntNs === namespaces.mntNs && userNs === namespaces.userNs && netNs === namespaces.netNs
    return same ? namespaces : header.namespaces({ pidNs, mntNs, userNs, netNs })
  }

  function exec(node: ProcessNode, record: ProcessExecRecord): void {
    const kept = node.earlier.slice(-(limits.execs - 2))
    if (kept.length < node.earlier.length) node.inherited = false
    node.earlier = [...kept, node.image]
    node.image = images.ofExec(record, node.comm)
    node.pgid = record.pgid
    node.vpgid = record.vpgid
    node.vsid = record.vsid
    node.changes++
    if (!cgroups.idTells(node.cgroupFacts) && mayHaveMoved(node))
      node.cgroupFacts = cgroups.read(node.pid, node.cgroupId) ?? node.cgroupFacts
  }

  function exit(node: ProcessNode, timeNs: number): void {
    node.exitNs ??= timeNs
    if (live.get(node.pid) !== node) return
    live.delete(node.pid)
    ended.add(node)
  }

  function missed(node: ProcessNode, timeNs: number): void {
    count.exitsMissed++
    exit(node, timeNs)
  }

  function find(pid: number, startNs: number): ProcessNode | undefined {
    const node = live.get(pid)
    if (node !== undefined && (startNs === 0 || node.startNs === startNs)) return node
    return startNs === 0 ? undefined : ended.find(pid, startNs)
  }

  function sweep(timeNs: number): void {
    const pids = host.pids()
    if (pids === undefined) return
    for (const node of live.values()) if (!pids.has(node.pid) && timeNs - node.startNs > SWEEP_GRACE_NS) missed(node, timeNs)
  }

  const counters = (): TreeCounters => ({
    ...{ ...count, processes: live.size, exited: ended.size() },
    ...{ readsSkipped: reads.refused(), textsDropped: argvs.dropped() + envs.dropped() },
  })

  const lookups = { find, ended: ended.last, pidNamespaceStartNs: pidNamespaces.startNs }
  return Object.freeze({ of, snapshot, fork, exec, exit, ...lookups, sweep, counters })
}

const NO_LOGIN = 0xffff_ffff

/** Lets go of ended ancestors beyond the bound, so that a chain of processes that each fork and end cannot grow for ever. */
function trimAncestors(node: ProcessNode, levels: number): void {
  let last: ProcessNode | undefined = node
  for (let step = 0; step < levels && last !== undefined; step++) last = last.parentNode
  if (last?.exitNs !== undefined) last.parentNode = undefined
}

/** Service managers and runtimes move a process between its fork and its exec. */
function mayHaveMoved({ parentNode, namespaces }: ProcessNode): boolean {
  return parentNode === undefined || parentNode.pid === 1 || parentNode.namespaces.mntNs !== namespaces.mntNs
}
