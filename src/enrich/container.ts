/** Which container a process runs in: what its cgroup claims, checked, with what the runtime left on disk. */
import type { ContainerInfo } from '../events/process.ts'
import { createLru } from '../lib/lru.ts'
import type { CgroupFacts } from './cgroup.ts'
import type { ContainerClaim } from './container-claim.ts'
import type { ContainerDetails } from './container-state/state-source.ts'
import { readContainerState } from './container-state.ts'
import type { HostReader } from './host-reader.ts'
import { createReadBudget } from './read-budget.ts'

export interface Containers {
  /**
   * The container of a process with that cgroup; undefined on the host. `timeNs` (since boot) is now: a runtime may write its state
   * a moment after the first process, so what was not found is looked for again.
   */
  readonly of: (cgroup: CgroupFacts, timeNs: number) => ContainerInfo | undefined
  /** Looks for its state ahead of the first process: a short life may leave nothing to look for. */
  readonly expect: (cgroup: CgroupFacts, timeNs: number) => void
  /** Whether the answer will never be another. */
  readonly settled: (cgroup: CgroupFacts, timeNs: number) => boolean
  /** How many containers and look-alikes are remembered. */
  readonly size: () => number
}

const CAPACITY = 4096
/** Whoever may make cgroups may make them in a loop. */
const AHEAD_PER_SECOND = 50
const HEX_ID = /^[0-9a-f]{64}$/
const SHORT_ID = 12
/** After these times (ns) state that was not there is looked for again. */
const RETRY_NS = [200e6, 1e9, 5e9, 30e9]

/** What disk said of one claim. */
interface Known {
  readonly details: ContainerDetails | undefined
  readonly tries: number
  readonly nextTryNs: number
}

interface Answer {
  readonly info: ContainerInfo | undefined
  /** From then on the answer may be another. */
  readonly untilNs: number
}

/** Remembers 4,096 claims, so that cgroups of many names cost memory for as many and one reading each. */
export function createContainers(host: HostReader): Containers {
  const known = createLru<string, Known>(CAPACITY)
  const answers = new WeakMap<CgroupFacts, Answer>()
  /** As their state was before they began: it lacks what comes with the start, such as an address, and counts only where there is no other. */
  const expected = createLru<string, ContainerDetails>(CAPACITY)
  const ahead = createReadBudget(AHEAD_PER_SECOND)

  function stateOf({ runtime, id }: ContainerClaim, timeNs: number): Known {
    const key = `${runtime}/${id}`
    const before = known.get(key)
    if (before !== undefined && timeNs < before.nextTryNs) return before
    const tries = before?.tries ?? 0
    const details = readContainerState(host, runtime, id) ?? expected.get(key)
    const wait = details === undefined ? RETRY_NS[tries] : undefined
    const now = { details, tries: tries + 1, nextTryNs: wait === undefined ? Number.POSITIVE_INFINITY : timeNs + wait }
    known.set(key, now)
    return now
  }

  function expect({ claims }: CgroupFacts, timeNs: number): void {
    if (claims.length === 0 || !ahead.take(timeNs)) return
    for (const { runtime, id } of claims) {
      const key = `${runtime}/${id}`
      const details = known.get(key)?.details ?? readContainerState(host, runtime, id)
      if (details !== undefined) expected.set(key, details)
    }
  }

  function look(claims: readonly ContainerClaim[], timeNs: number): Answer {
    let untilNs = Number.POSITIVE_INFINITY
    for (const claim of claims) {
      const { details, nextTryNs } = stateOf(claim, timeNs)
      if (details !== undefined && claim.ofUser) continue
      if (details !== undefined) return { info: withState(claim, details), untilNs: Number.POSITIVE_INFINITY }
      untilNs = Math.min(untilNs, nextTryNs)
      // Who sits in it makes cgroups of any name below: those may not tell who it is.
      if (claim.runtime !== '') return { info: withoutState(claim), untilNs }
    }
    return { info: undefined, untilNs }
  }

  function of(cgroup: CgroupFacts, timeNs: number): ContainerInfo | undefined {
    if (cgroup.claims.length === 0) return undefined
    const before = answers.get(cgroup)
    if (before !== undefined && timeNs < before.untilNs) return before.info
    const now = look(cgroup.claims, timeNs)
    answers.set(cgroup, now)
    return now.info
  }

  function settled(cgroup: CgroupFacts, timeNs: number): boolean {
    of(cgroup, timeNs)
    return cgroup.claims.length === 0 || answers.get(cgroup)?.untilNs === Number.POSITIVE_INFINITY
  }

  return Object.freeze({ of, expect, settled, size: known.size })
}

function withState(claim: ContainerClaim, details: ContainerDetails): ContainerInfo {
  return Object.freeze({ ...withoutState(claim), ...details })
}

function withoutState(claim: ContainerClaim): ContainerInfo {
  const { runtime, podUid } = claim
  return Object.freeze({ ...idsOf(claim), runtime, ...(podUid === undefined ? {} : { podUid }) })
}

function idsOf({ id }: ContainerClaim): { readonly id: string; readonly fullId: string } {
  return { id: HEX_ID.test(id) ? id.slice(0, SHORT_ID) : id, fullId: id }
}
