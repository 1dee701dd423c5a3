/** The record of an action as it goes on. Each step is told as it is made. */
import type { ActionPhase, ActionReach, ActionRecord } from '../findings/action-record.ts'
import { MAX_REACHED } from '../findings/action-record.ts'

export interface Story {
  readonly record: () => ActionRecord
  /** Adds a step and tells the record. */
  readonly step: (
    phase: ActionPhase,
    detail: string,
    more?: Partial<Pick<ActionRecord, 'action' | 'target' | 'reach' | 'detail' | 'undoable' | 'expiresNs' | 'userId'>>,
  ) => void
}

/** Goes on from a record, which may be one without steps. */
export function createStory(
  first: ActionRecord,
  { nowNs, tell }: { readonly nowNs: () => number; readonly tell: (record: ActionRecord) => void },
): Story {
  let record = first
  return Object.freeze({
    record: () => record,
    step: (phase: ActionPhase, detail: string, more: Parameters<Story['step']>[2] = {}) => {
      const steps = [...record.steps, { phase, timeNs: nowNs(), detail: detail.slice(0, MAX_DETAIL) }]
      record = { ...record, ...more, detail: { ...record.detail, ...more.detail }, phase, steps: steps.slice(-MAX_STEPS) }
      tell(record)
    },
  })
}

const MAX_DETAIL = 2000
/** One that cannot be taken back is tried again every minute. */
const MAX_STEPS = 50

export const NO_REACH: ActionReach = { processes: [], processCount: 0, containers: [] }

/** As a record keeps it. */
export function keptReach({ processes, processCount, containers }: ActionReach): ActionReach {
  return { processes: processes.slice(0, MAX_REACHED), processCount, containers: containers.slice(0, MAX_REACHED) }
}

/** `kill-tree` of 12 processes. */
export function reachText({ processCount, containers }: ActionReach): string {
  const processes = processCount === 1 ? '1 process' : `${processCount} processes`
  if (containers.length === 0) return processes
  return `${processes}, ${containers.length === 1 ? '1 container' : `${containers.length} containers`}`
}
