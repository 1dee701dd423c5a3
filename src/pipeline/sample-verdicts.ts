/**
 * A made host for the tests of verdicts: processes that fork, run programs, rename themselves, change rights and place, lose their
 * parent and end, told to user space as the kernel side would, and the kernel's own comparison of facts.
 */
import { sampleHost } from '../enrich/sample-host.ts'
import type { RecordValues } from '../events/encode.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import { sampleRecord } from '../events/sample-event.ts'

export type Thread = 'main' | 'worker'

/** What may happen; `who` picks a living process by its place. */
export type Step =
  | { readonly do: 'fork' | 'exit'; readonly who: number; readonly lost?: boolean }
  | {
      readonly do: 'exec'
      readonly who: number
      readonly comm: string
      readonly exe: string
      readonly args: string
      readonly lost: boolean
    }
  | { readonly do: 'rename'; readonly who: number; readonly thread: Thread; readonly comm: string }
  | { readonly do: 'setid'; readonly who: number; readonly thread: Thread; readonly which: keyof Ids; readonly id: number }
  | { readonly do: 'cgroup'; readonly who: number; readonly cgroupId: number }
  | { readonly do: 'setns'; readonly who: number; readonly thread: Thread; readonly mntNs: number }
  | {
      readonly do: 'open'
      readonly who: number
      readonly thread: Thread
      readonly path: string
      readonly times: number
      readonly others: number
    }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'answer' }
  | { readonly do: 'container' }

/** Each may change alone. */
export interface Ids {
  readonly uid: number
  readonly euid: number
  readonly egid: number
}

interface Task {
  comm: string
  ids: Ids
  mntNs: number
}

interface KernelProcess {
  readonly pid: number
  readonly startNs: number
  execCount: number
  cgroupId: number
  exe: string
  readonly main: Task
  readonly worker: Task
  realParent: KernelProcess | undefined
}

/** The kernel's facts at an event, as 2-verdict.h reads them. */
export interface KernelFacts {
  readonly pid: number
  readonly startNs: number
  readonly execCount: number
  readonly cgroupId: number
  readonly ids: Ids
  readonly mntNs: number
  readonly comm: string
  readonly parent: { readonly pid: number; readonly startNs: number; readonly execCount: number; readonly comm: string } | undefined
}

export type Item =
  /** `others`: which terms the rest of the event would leave, had they tests of it. */
  | {
      readonly kind: 'open'
      readonly record: HeaderRecord
      readonly facts: KernelFacts
      readonly others: number
      readonly cgroups: Cgroups
    }
  | { readonly kind: 'told'; readonly record: HeaderRecord; readonly cgroups: Cgroups }
  | { readonly kind: 'answer' }
  | { readonly kind: 'container' }

type Cgroups = ReadonlyMap<number, number>

const HOST_MNT_NS = 200
const PIDS = [11, 12, 13, 14, 15, 16]
const CGROUP_TEXT: Readonly<Record<number, string>> = { 1: '0::/\n', 7: '0::/system.slice/a.service\n', 8: '0::/demo\n' }
const SECOND = 1e9

/** A child and a grandchild of the second process. */
const LINEAGE: readonly Step[] = [
  { do: 'fork', who: 1 },
  { do: 'fork', who: 2 },
]

/** The records of a life, in order; those of the snapshot first. */
export function play(steps: readonly Step[]): { readonly snapshot: readonly HeaderRecord[]; readonly items: readonly Item[] } {
  let nowNs = 100 * SECOND
  const items: Item[] = []
  const living = new Map<number, KernelProcess>()
  const init = born(1, SECOND, undefined, { comm: 'systemd', exe: '/bin/init', cgroupId: 1, execCount: 3 })
  const old = born(2, 2 * SECOND, init, { comm: 'a', exe: '/bin/a', cgroupId: 7, execCount: 5 })
  living.set(1, init).set(2, old)
  const snapshot = [init, old].map((one) =>
    sampleRecord('process.snapshot', { ...header(one, 'main'), exe: one.exe, execCount: one.execCount }),
  )
  for (const step of [...LINEAGE, ...steps]) take(step)
  return { snapshot, items }

  function header(process: KernelProcess, thread: Thread): RecordValues {
    const { pid, startNs, cgroupId, realParent } = process
    const { comm, ids, mntNs } = process[thread]
    return {
      ...{ pid, tid: thread === 'main' ? pid : pid + 1000, vpid: pid, startNs, cgroupId, comm, timeNs: nowNs, flags: 4 },
      ...{ ...ids, gid: ids.egid, mntNs, pidNs: 100, userNs: 300, netNs: 400, loginuid: 0xffff_ffff },
      ...{ ppid: realParent?.pid ?? 0, parentStartNs: realParent?.startNs ?? 0 },
    }
  }

  function tell(record: HeaderRecord): void {
    items.push({ kind: 'told', record, cgroups: cgroupsNow() })
  }

  function cgroupsNow(): Cgroups {
    return new Map([...living.values()].map(({ pid, cgroupId }) => [pid, cgroupId]))
  }

  function take(step: Step): void {
    nowNs += 1e6
    if (step.do === 'wait') nowNs += step.ms * 1e6
    else if (step.do === 'answer' || step.do === 'container') items.push({ kind: step.do })
    else act(step)
  }

  function act(step: Extract<Step, { readonly who: number }>): void {
    const all = [...living.values()]
    const process = all[step.who % all.length] as KernelProcess
    if (step.do === 'fork') fork(process, step.lost ?? false)
    else if (step.do === 'exec') exec(process, step)
    else if (step.do === 'open') open(process, step)
    else if (step.do === 'rename') rename(process, step)
    else if (step.do === 'setid') process[step.thread].ids = { ...process[step.thread].ids, [step.which]: step.id }
    else if (step.do === 'cgroup') process.cgroupId = step.cgroupId
    else if (step.do === 'setns') process[step.thread].mntNs = step.mntNs
    else if (process.pid !== 1) exit(process)
  }

  function rename(process: KernelProcess, { thread, comm }: Extract<Step, { readonly do: 'rename' }>): void {
    process[thread].comm = comm
    if (thread === 'main') tell(sampleRecord('process.rename', header(process, thread)))
  }

  function fork(parent: KernelProcess, lost: boolean): void {
    const pid = PIDS.find((one) => !living.has(one))
    if (pid === undefined) return
    const { comm } = parent.main
    const child = born(pid, nowNs, parent, { comm, exe: parent.exe, cgroupId: parent.cgroupId, execCount: parent.execCount })
    child.main.ids = parent.main.ids
    child.main.mntNs = parent.main.mntNs
    living.set(pid, child)
    const { mntNs } = child.main
    const ofChild = {
      childPid: pid,
      childVpid: pid,
      childStartNs: nowNs,
      childPidNs: 100,
      childMntNs: mntNs,
      childUserNs: 300,
      childNetNs: 400,
    }
    if (!lost) tell(sampleRecord('process.fork', { ...header(parent, 'main'), ...ofChild, result: pid }))
  }

  function exit(process: KernelProcess): void {
    tell(sampleRecord('process.exit', header(process, 'main')))
    living.delete(process.pid)
    for (const one of living.values()) if (one.realParent === process) one.realParent = init
  }

  function exec(process: KernelProcess, { comm, exe, args, lost }: Extract<Step, { readonly do: 'exec' }>): void {
    process.execCount++
    process.exe = exe
    // A name that changed untold is told by the next event of the process, which a filter may drop: then two losses meet.
    if (!lost) process.main.comm = comm
    Object.assign(process.worker, process.main)
    const argv = args === '' ? `${comm}\0` : `${comm}\0${args}\0`
    if (!lost)
      tell(sampleRecord('process.exec', { ...header(process, 'main'), exe, argv, env: 'A=1\0', execCount: process.execCount, pgid: 1 }))
  }

  function open(process: KernelProcess, { thread, path, times, others }: Extract<Step, { readonly do: 'open' }>): void {
    for (let time = 0; time < times; time++) {
      nowNs += 1000
      const record = sampleRecord('file.open', { ...header(process, thread), path, type: 'openat' })
      items.push({ kind: 'open', record, others, facts: factsOf(process, thread), cgroups: cgroupsNow() })
    }
  }
}

interface Birth {
  readonly comm: string
  readonly exe: string
  readonly cgroupId: number
  readonly execCount: number
}

function born(pid: number, startNs: number, realParent: KernelProcess | undefined, { comm, ...birth }: Birth): KernelProcess {
  const task = (): Task => ({ comm, ids: { uid: 0, euid: 0, egid: 0 }, mntNs: HOST_MNT_NS })
  return { pid, startNs, realParent, ...birth, main: task(), worker: task() }
}

function factsOf({ pid, startNs, execCount, cgroupId, main, realParent, ...tasks }: KernelProcess, thread: Thread): KernelFacts {
  const { ids, mntNs } = thread === 'main' ? main : tasks.worker
  const parent = realParent && {
    pid: realParent.pid,
    startNs: realParent.startNs,
    execCount: realParent.execCount,
    comm: realParent.main.comm,
  }
  return { pid, startNs, execCount, cgroupId, ids, mntNs, comm: main.comm, parent }
}

const ALL = 0xffff_ffff_ffff_ffffn

/** verdict_of() of 2-verdict.h. */
export function kernelMask(verdict: Buffer | undefined, facts: KernelFacts, generation: number): bigint {
  if (verdict === undefined || verdict.readUInt32LE(40) !== generation) return ALL
  const number = (at: number) => verdict.readUInt32LE(at)
  const large = (at: number) => Number(verdict.readBigUInt64LE(at))
  const text = (at: number) => verdict.toString('latin1', at, at + 16).replace(/\0+$/, '')
  const { parent } = facts
  const own = large(16) === facts.startNs && number(44) === facts.execCount && text(72) === facts.comm
  const { uid, euid, egid } = facts.ids
  const ids = number(48) === uid && number(52) === euid && number(56) === egid
  const rights = ids && number(60) === facts.mntNs && large(24) === facts.cgroupId
  const above =
    number(64) === 0 ||
    (parent?.pid === number(64) && parent.startNs === large(32) && parent.execCount === number(68) && parent.comm === text(88))
  const whole = verdict.readBigUInt64LE(0) === verdict.readBigUInt64LE(104)
  return own && rights && above && whole ? verdict.readBigUInt64LE(8) : ALL
}

/** The rest of the host, as it is at the item that is being worked on; one for each run. */
export function modelHost() {
  const waiting: (() => void)[] = []
  let cgroups: Cgroups = new Map()
  let known = false
  const host = sampleHost({
    cgroup: (pid) => CGROUP_TEXT[cgroups.get(pid) ?? 1],
    arguments: (_, done) => void waiting.push(() => done({ startTicks: 200, cmdline: 'a\0late\0', environ: 'A=2\0' })),
    file: (path) => (known && path === '/run/runc/demo/state.json' ? { text: '{"id":"demo"}', mtimeNs: 1 } : undefined),
  })
  return {
    host,
    /** Before the item reaches user space. */
    move: (item: Item): void => {
      if (item.kind === 'container') known = true
      else if (item.kind === 'answer') for (const done of waiting.splice(0)) done()
      else cgroups = item.cgroups
    },
  }
}
