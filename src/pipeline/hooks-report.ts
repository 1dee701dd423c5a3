/** What a running agent has attached, for `tarsier doctor`. */
import type { Hook } from '../sources/ebpf/attached.ts'

export type ReportedHook = Pick<Hook, 'program' | 'kind' | 'state' | 'reason'>

export interface HooksReport {
  readonly pid: number
  /** Of the kinds that its rules look at. */
  readonly hooks: readonly ReportedHook[]
}

export function hooksReport(hooks: readonly Hook[]): HooksReport {
  return { pid: process.pid, hooks: hooks.map(({ program, kind, state, reason }) => ({ program, kind, state, reason })) }
}
