/**
 * Verdicts on processes: who keeps sending events that match nothing is judged once by its facts, and the kernel side is told which
 * terms cannot hold for it. A verdict is taken back as soon as an event shows that a fact has changed; until then the kernel side
 * itself compares the facts.
 */
import type { Knowledge, Verdicts } from '../detect/verdicts.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import type { Interest } from '../events/interest.ts'
import { processExit } from '../events/kinds/process-exit.ts'
import { KINDS } from '../events/kinds.ts'
import type { Process } from '../events/process.ts'
import { sameFacts, sealVerdict, verdictFacts } from '../sources/ebpf/verdict-bytes.ts'
import type { VerdictTable } from '../sources/ebpf/verdict-table.ts'

export interface VerdictStats {
  readonly processes: number
  readonly judged: number
  readonly written: number
  /** Taken back: a fact had changed, or the process had ended. */
  readonly outdated: number
  /** Given up for others. */
  readonly evicted: number
  /** The kernel side had no room. */
  readonly refused: number
}

export interface VerdictKeeper {
  /** The set of terms that the kernel side filters by from now on; earlier verdicts count no more. */
  readonly begin: (interest: Interest, verdicts: Verdicts, generation: number) => void
  /** Call it for every event after its rules have run, `matches` of which held. */
  readonly onEvent: (event: AnyKernelEvent, matches: number) => void
  /** Call it once a second. */
  readonly tick: () => void
  readonly stats: () => VerdictStats
}

/** In a second, so many events of one kind that match nothing make a process worth a verdict. */
const ENOUGH = 32
/** Verdicts in a second, so that a host of restless processes costs no more than this. */
const JUDGED_PER_SECOND = 200
/** The kernel side has room for a verdict on each of four kinds of events for each. */
const MAX_PROCESSES = 4096
const CELLS = 1 << 16
const MAX_KINDS = 256
/** Records of a process that has ended may still be on their way. */
const ENDED_FOR_NS = 1e9

interface Entry {
  readonly mask: bigint
  readonly facts: Buffer
}

interface Judged {
  readonly withParent: boolean
  readonly witness: Witness
  readonly kinds: Map<number, Entry>
}

export function createVerdictKeeper(table: VerdictTable, enough: number = ENOUGH): VerdictKeeper {
  /** Events that matched nothing this second, by process and kind; those that share a cell share the count. */
  const idle = new Uint16Array(CELLS)
  /** How many processes of a cell have verdicts: the others need not be looked up. */
  const judgedIn = new Uint16Array(CELLS)
  const processes = new Map<number, Judged>()
  const worth = new Uint8Array(MAX_KINDS)
  const count = { judged: 0, written: 0, outdated: 0, evicted: 0, refused: 0 }
  let current: { readonly interest: Interest; readonly verdicts: Verdicts; readonly generation: number } | undefined
  /** Process and kind of what was judged this second, as one number: to judge again would most often say the same. */
  const judgedNow = new Set<number>()
  let serial = 0n

  function begin(interest: Interest, verdicts: Verdicts, generation: number): void {
    for (const pid of [...processes.keys()]) forget(pid)
    current = { interest, verdicts, generation }
    for (const { id, name } of KINDS) worth[id] = verdicts.canRuleOut(name) ? 1 : 0
  }

  function onEvent(event: AnyKernelEvent, matches: number): void {
    const { pid, kind } = event.record
    if (judgedIn[pid % CELLS] !== 0) recheck(event, pid)
    if (matches > 0 || worth[kind] === 0) return
    const cell = (pid * 31 + kind) % CELLS
    const seen = (idle[cell] as number) + 1
    idle[cell] = seen
    if (seen % enough === 0) judge(event)
  }

  /** Takes a verdict back that was bound to other facts than this event shows. */
  function recheck(event: AnyKernelEvent, pid: number): void {
    const judged = processes.get(pid)
    if (judged === undefined || current === undefined) return
    if (event.record.kind !== processExit.id && agrees(event, judged.witness)) return
    count.outdated++
    forget(pid)
  }

  function judge(event: AnyKernelEvent): void {
    const { process, record } = event
    if (process === undefined || process.exitNs !== undefined || current === undefined) return
    const who = record.pid * MAX_KINDS + record.kind
    if (judgedNow.size >= JUDGED_PER_SECOND || judgedNow.has(who)) return
    judgedNow.add(who)
    count.judged++
    const known = knowledgeOf(process, event)
    const withParent = known.parent && process.parent?.exitNs === undefined
    const facts = factsOf(event, withParent, current.generation)
    const possible = facts === undefined ? undefined : current.verdicts.judge(event, known)
    if (facts === undefined || possible === undefined) return
    const terms = current.interest.get(event.kind)?.length ?? 0
    const mask = BigInt.asUintN(64, possible | (-1n << BigInt(terms)))
    if (mask === ALL) return
    keep(event, withParent, { mask, facts })
  }

  function keep(event: AnyKernelEvent, withParent: boolean, entry: Entry): void {
    const { pid, kind } = event.record
    const before = processes.get(pid)
    const known = before?.kinds.get(kind)
    if (before?.withParent === withParent && known !== undefined && known.mask === entry.mask && sameFacts(known.facts, entry.facts)) return
    // All verdicts of a process are bound to the same facts.
    if (before !== undefined && (before.withParent !== withParent || known !== undefined)) forget(pid)
    if (!processes.has(pid)) makeRoom()
    if (!table.write(pid, kind, sealVerdict(entry.facts, entry.mask, ++serial))) {
      count.refused++
      return
    }
    count.written++
    const judged = processes.get(pid) ?? { withParent, witness: witnessOf(event, withParent), kinds: new Map<number, Entry>() }
    if (!processes.has(pid)) {
      processes.set(pid, judged)
      judgedIn[pid % CELLS] = (judgedIn[pid % CELLS] as number) + 1
    }
    judged.kinds.set(kind, entry)
  }

  function makeRoom(): void {
    if (processes.size < MAX_PROCESSES) return
    const [oldest] = processes.keys()
    if (oldest === undefined) return
    count.evicted++
    forget(oldest)
  }

  function forget(pid: number): void {
    const judged = processes.get(pid)
    if (judged === undefined) return
    for (const kind of judged.kinds.keys()) table.remove(pid, kind)
    processes.delete(pid)
    judgedIn[pid % CELLS] = (judgedIn[pid % CELLS] as number) - 1
  }

  function tick(): void {
    idle.fill(0)
    judgedNow.clear()
  }

  return Object.freeze({ begin, onEvent, tick, stats: () => ({ processes: processes.size, ...count }) })
}

const ALL = 0xffff_ffff_ffff_ffffn

/** The facts of verdictFacts() in a form that is compared at each event of the process. */
interface Witness {
  readonly startNs: number
  readonly cgroupId: number
  readonly execCount: number
  readonly uid: number
  readonly euid: number
  readonly egid: number
  readonly mntNs: number
  readonly kernelName: string
  readonly parent: { readonly pid: number; readonly startNs: number; readonly execCount: number; readonly kernelName: string } | undefined
}

function witnessOf({ record, process }: AnyKernelEvent, withParent: boolean): Witness {
  const { startNs, cgroupId, uid, euid, egid, mntNs } = record
  const parent = withParent ? process?.parent : undefined
  return {
    ...{ startNs, cgroupId, uid, euid, egid, mntNs, execCount: process?.execCount ?? 0, kernelName: process?.kernelName ?? '' },
    parent: parent && { pid: parent.pid, startNs: parent.startNs, execCount: parent.execCount, kernelName: parent.kernelName },
  }
}

/** Each event of a judged process comes through here: to build its facts anew would take 8 µs of it. */
function agrees({ record, process }: AnyKernelEvent, witness: Witness): boolean {
  if (process === undefined || process.execCount !== witness.execCount || process.kernelName !== witness.kernelName) return false
  if (record.startNs !== witness.startNs || record.cgroupId !== witness.cgroupId || record.mntNs !== witness.mntNs) return false
  if (record.uid !== witness.uid || record.euid !== witness.euid || record.egid !== witness.egid) return false
  const { parent } = witness
  if (parent === undefined) return true
  const now = process.parent
  if (now === undefined || record.ppid !== parent.pid || record.parentStartNs !== parent.startNs) return false
  return (
    now.pid === parent.pid && now.startNs === parent.startNs && now.execCount === parent.execCount && now.kernelName === parent.kernelName
  )
}

function factsOf(event: AnyKernelEvent, withParent: boolean, generation: number): Buffer | undefined {
  return verdictFacts(event, withParent ? event.process?.parent : undefined, generation)
}

function knowledgeOf(process: Process, event: AnyKernelEvent): Knowledge {
  const { parent } = process
  return {
    arguments: process.argumentsKnown,
    container: process.containerKnown,
    parent: parent !== undefined && (hasEnded(parent, event.record.timeNs) || isPresent(parent, event)),
    parentArguments: parent?.argumentsKnown ?? false,
  }
}

const hasEnded = ({ exitNs }: Process, nowNs: number): boolean => exitNs !== undefined && nowNs - exitNs > ENDED_FOR_NS

/** Whether the kernel can compare it: it forked the process and is still its parent. */
const isPresent = ({ pid, startNs, execCount, exitNs }: Process, { record }: AnyKernelEvent): boolean =>
  exitNs === undefined && execCount > 0 && pid === record.ppid && startNs === record.parentStartNs
