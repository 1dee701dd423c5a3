/** The station's entry: gives each record its process, and to the process its container, users and ancestors. */
import type { AnyKernelEvent } from '../events/event.ts'
import type { HostView } from '../events/host-view.ts'
import { cgroupMake } from '../events/kinds/cgroup-make.ts'
import { netRecv } from '../events/kinds/net-recv.ts'
import { processExec } from '../events/kinds/process-exec.ts'
import { processExit } from '../events/kinds/process-exit.ts'
import { processFork } from '../events/kinds/process-fork.ts'
import { headerOffset } from '../events/layout.ts'
import type { Process, UserNames } from '../events/process.ts'
import {
  type CgroupMakeRecord,
  type HeaderRecord,
  type ProcessExecRecord,
  type ProcessForkRecord,
  ProcessSnapshotRecord,
} from '../events/records.gen.ts'
import { createCgroups } from './cgroups.ts'
import { createContainers } from './container.ts'
import { createDomainNames } from './domain-names.ts'
import type { HostReader } from './host-reader.ts'
import { type EventContext, kernelEvent } from './kernel-event.ts'
import { createKnownFiles } from './known-files.ts'
import type { NodeContext, ProcessNode } from './process-node.ts'
import { createProcessTree, type TreeCounters, type TreeLimits } from './process-tree.ts'
import { createUsages } from './usages.ts'
import { createUsers } from './users.ts'

export interface EnricherOptions {
  readonly host: HostReader
  /** Add to a record's ns since boot to get ns since 1970. */
  readonly bootTimeNs: number
  /** Names this boot; its first 8 characters go into the ids of events. */
  readonly bootId: string
  readonly limits?: TreeLimits
  /** Full paths that rules name: their files are known by inode too. */
  readonly namedFiles?: Iterable<string>
}

/** `readsSkipped` also counts what rules asked of the use of processes. */
export interface EnricherCounters extends TreeCounters {
  readonly events: number
  readonly containers: number
  readonly domains: number
}

export interface Enricher {
  /** Takes in the processes that ran before the first event. The records are `process.snapshot`; others are passed over. */
  readonly observeSnapshot: (records: readonly HeaderRecord[]) => void
  /** The event of a record, with its process as it was then. Call it for every record, in order, whether a rule wants it or not. */
  readonly enrich: (record: HeaderRecord) => AnyKernelEvent
  /** Takes for ended what has gone without an exit record. Call it now and then; `timeNs`: now, since boot. */
  readonly sweep: (timeNs: number) => void
  /** From now on these are the files that rules name. */
  readonly nameFiles: (paths: Iterable<string>) => void
  readonly process: HostView['process']
  /** The last process of that pid that ended, if that is not long ago. */
  readonly ended: (pid: number) => Process | undefined
  /** What events look up. */
  readonly view: HostView
  readonly counters: () => EnricherCounters
}

const BOOT_DIGITS = 8
const KIND_AT = headerOffset('kind')
/** The kinds of processes have the first ids. */
const FIRST_OTHER_KIND = Math.max(processExec.id, processFork.id, processExit.id) + 1
const INIT = 1
/** Shares the mount namespace of init on every host, and is always in the snapshot. */
const KTHREADD = 2

export function createEnricher({ host, bootTimeNs, bootId, limits, namedFiles = [] }: EnricherOptions): Enricher {
  let nowNs = 0
  let startedNs = 0
  let events = 0
  /** That of the host's first process: who shares it is in no container, whatever its cgroup is called. */
  let hostMountNamespace: number | undefined
  const users = createUsers(host)
  const containers = createContainers(host)
  const domains = createDomainNames()
  const usages = createUsages(host)
  const knownFiles = createKnownFiles(namedFiles, host.fileId)

  /** Processes that share the host's mount namespace have its names, even those that changed their root. */
  function namesOf(node: ProcessNode): UserNames {
    const { namespaces } = node
    return users(namespaces.mntNs === hostMountNamespace ? { pid: INIT, namespaces } : node, nowNs)
  }

  const nodes: NodeContext = {
    namesOf,
    containerOf: ({ cgroupFacts, namespaces }) =>
      cgroupFacts.claims.length === 0 || namespaces.mntNs === hostMountNamespace ? undefined : containers.of(cgroupFacts, nowNs),
    containerKnown: ({ cgroupFacts, namespaces }) => namespaces.mntNs === hostMountNamespace || containers.settled(cgroupFacts, nowNs),
  }
  const cgroups = createCgroups(host)
  const tree = createProcessTree(host, cgroups, nodes, limits)
  const view: HostView = Object.freeze({
    hostname: host.hostname,
    bootTimeNs,
    process: (pid: number, startNs: number): Process | undefined => tree.find(pid, startNs),
    usage: usages.of,
    get startedNs() {
      return startedNs
    },
    domainOf: domains.of,
    fileNameOf: knownFiles.nameOf,
    pidNamespaceStartNs: tree.pidNamespaceStartNs,
  })
  const context: EventContext = { host: view, boot: bootId.slice(0, BOOT_DIGITS) }

  function observeSnapshot(records: readonly HeaderRecord[]): void {
    const processes = records.filter((record) => record instanceof ProcessSnapshotRecord)
    tree.snapshot(processes)
    hostMountNamespace = (tree.find(INIT, 0) ?? tree.find(KTHREADD, 0))?.mntNs
  }

  /** What the record of a life's turn changes. */
  function follow(node: ProcessNode, record: HeaderRecord, kind: number): void {
    if (kind === processFork.id) tree.fork(node, record as ProcessForkRecord)
    else if (kind === processExit.id) tree.exit(node, nowNs)
    else if (kind === processExec.id) {
      tree.exec(node, record as ProcessExecRecord)
      // So that the names of a new container are there when the first rule asks.
      namesOf(node)
    }
  }

  function onCgroup({ madeId, path }: CgroupMakeRecord): void {
    containers.expect(cgroups.make(madeId, path), nowNs)
  }

  function enrich(record: HeaderRecord): AnyKernelEvent {
    nowNs = record.timeNs
    if (startedNs === 0) startedNs = nowNs
    const node = tree.of(record)
    const kind = record.batch.view.getUint16(record.at + KIND_AT, true)
    if (kind < FIRST_OTHER_KIND) follow(node, record, kind)
    const event = kernelEvent(record, events++, node, context)
    if (kind === netRecv.id) domains.learn(event)
    else if (kind === cgroupMake.id) onCgroup(record as CgroupMakeRecord)
    return event
  }

  function counters(): EnricherCounters {
    const { readsSkipped, ...rest } = tree.counters()
    return { ...rest, readsSkipped: readsSkipped + usages.refused(), events, containers: containers.size(), domains: domains.size() }
  }

  return Object.freeze({
    observeSnapshot,
    enrich,
    sweep: (timeNs: number) => {
      tree.sweep(timeNs)
      knownFiles.refresh()
    },
    nameFiles: knownFiles.watch,
    process: view.process,
    ended: tree.ended,
    view,
    counters,
  })
}
