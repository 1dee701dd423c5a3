/** Decides whether an action may touch what it would touch. */
import type { ActionReach } from '../findings/action-record.ts'
import { type ProcessFacts, processFacts, protectionOf } from './protected.ts'
import type { RequestLimits } from './request.ts'

export interface GuardOptions {
  readonly proc: string
  /** The agent, its server, and what they run. */
  readonly ownPids: () => readonly number[]
  /** Name of a protection of the response files that the process falls under. */
  readonly protects: (process: ProcessFacts) => string | undefined
}

export interface Guard {
  /** Why it is refused; undefined: it may be done. */
  readonly refusal: (reach: ActionReach & { readonly pids: readonly number[] }, limits: RequestLimits) => string | undefined
}

/** One protected process is enough: to spare it alone would leave a tree half alive. */
export function createGuard({ proc, ownPids, protects }: GuardOptions): Guard {
  function refusal({ pids, processCount, containers }: Parameters<Guard['refusal']>[0], limits: RequestLimits): string | undefined {
    if (processCount > limits.processes) return `it would touch ${processCount} processes, and may touch ${limits.processes}`
    if (containers.length > limits.containers) return `it would touch ${containers.length} containers, and may touch ${limits.containers}`
    const own = ownPids()
    for (const pid of pids) {
      const facts = processFacts(proc, pid)
      if (facts === undefined) continue
      const reason = protectionOf(facts, own) ?? named(protects(facts))
      if (reason !== undefined) return `process ${pid} (${facts.name}) is protected: ${reason}`
    }
    return undefined
  }
  return Object.freeze({ refusal })
}

const named = (protection: string | undefined): string | undefined =>
  protection === undefined ? undefined : `the protection “${protection}” is for it`
