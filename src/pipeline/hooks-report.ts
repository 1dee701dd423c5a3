/** What a running agent has attached, for `tarsier doctor`. */
import type { Hook } from '../sources/ebpf/attached.ts'
import type { KernelSource } from '../sources/ebpf.ts'

export type ReportedHook = Pick<Hook, 'program' | 'kind' | 'state' | 'reason'>

export interface HooksReport {
  readonly pid: number
  /** Of the kinds that its rules look at. */
  readonly hooks: readonly ReportedHook[]
  /** Why system calls are watched by tracepoints; absent where they are not. */
  readonly tracepointsBecause?: string | undefined
}

export function hooksReport({ hooks, tracepointsBecause }: Pick<KernelSource, 'hooks' | 'tracepointsBecause'>): HooksReport {
  return {
    pid: process.pid,
    tracepointsBecause,
    hooks: hooks.map(({ program, kind, state, reason }) => ({ program, kind, state, reason })),
  }
}
