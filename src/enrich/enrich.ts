/** The station's entry: gives each record its process, and to the process its container, users and ancestors. */
import type { AnyKernelEvent } from '../events/event.ts'
import type { HostView } from '../events/host-view.ts'
import type { Process, UserNames } from '../events/process.ts'
import {
  type HeaderRecord,
  NetRecvRecord,
  ProcessExecRecord,
  ProcessExitRecord,
  ProcessForkRecord,
  ProcessSnapshotRecord,
} from '../events/records.gen.ts'
import { createCgroups } from './cgroups.ts'
import { createContainers } from './container.ts'
import { createDomainNames } from './domain-names.ts'
import type { HostReader } from './host-reader.ts'
import { type EventContext, kernelEvent } from './kernel-event.ts'
import type { NodeContext, ProcessNode } from './process-node.ts'
import { createProcessTree, type TreeCounters, type TreeLimits } from './process-tree.ts'
import { createUsers } from './users.ts'

export interface EnricherOptions {
  readonly host: HostReader
  /** Add to a record's ns since boot to get ns since 1970. */
  readonly bootTimeNs: number
  /** Names this boot; its first 8 characters go into the ids of events. */
  readonly bootId: string
  readonly limits?: TreeLimits
}

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
  readonly process: HostView['process']
  readonly counters: () => EnricherCounters
}

const BOOT_DIGITS = 8
const INIT = 1

export function createEnricher({ host, bootTimeNs, bootId, limits }: EnricherOptions): Enricher {
  let nowNs = 0
  let events = 0
  /** That of the host's first process: who shares it is in no container, whatever its cgroup is called. */
  let hostMountNamespace: number | undefined
  const users = createUsers(host)
  const containers = createContainers(host)
  const domains = createDomainNames()

  /** Processes that share the host's mount namespace have its names, even those that changed their root. */
  function namesOf(node: ProcessNode): UserNames {
    return users.of(node.mntNs === hostMountNamespace ? { pid: INIT, mntNs: node.mntNs, userNs: 0 } : node, nowNs)
  }

  const nodes: NodeContext = {
    namesOf,
    containerOf: ({ cgroupFacts, namespaces }) =>
      cgroupFacts.claims.length === 0 || namespaces.mntNs === hostMountNamespace ? undefined : containers.of(cgroupFacts, nowNs),
  }
  const tree = createProcessTree(host, createCgroups(host), nodes, limits)
  const view: HostView = Object.freeze({
    hostname: host.hostname,
    bootTimeNs,
    process: (pid: number, startNs: number): Process | undefined => tree.find(pid, startNs),
    domainOf: domains.of,
    pidNamespaceStartNs: tree.pidNamespaceStartNs,
  })
  const context: EventContext = { host: view, boot: bootId.slice(0, BOOT_DIGITS) }

  function observeSnapshot(records: readonly HeaderRecord[]): void {
    const processes = records.filter((record) => record instanceof ProcessSnapshotRecord)
    tree.snapshot(processes)
    hostMountNamespace = tree.find(INIT, 0)?.mntNs
  }

  function enrich(record: HeaderRecord): AnyKernelEvent {
    nowNs = record.timeNs
    const node = tree.of(record)
    // By class: these five are few among the events, and a test of the class costs less than reading the kind.
    if (record instanceof ProcessForkRecord) tree.fork(node, record)
    else if (record instanceof ProcessExecRecord) {
      tree.exec(node, record)
      // So that the names of a new container are there when the first rule asks.
      namesOf(node)
    } else if (record instanceof ProcessExitRecord) tree.exit(node, nowNs)
    const event = kernelEvent(record, events++, node, context)
    if (record instanceof NetRecvRecord) domains.learn(event)
    return event
  }

  return Object.freeze({
    observeSnapshot,
    enrich,
    sweep: tree.sweep,
    process: view.process,
    counters: () => ({ ...tree.counters(), events, containers: containers.size(), domains: domains.size() }),
  })
}
