import { type ActionReach, MAX_REACHED } from '../../findings/action-record.ts'
import type { HostProcess } from './processes.ts'

/** Of these processes, for the guard. */
export function reachOfProcesses(
  processes: readonly HostProcess[],
  containers: readonly string[],
): ActionReach & { readonly pids: readonly number[] } {
  return {
    pids: processes.map(({ pid }) => pid),
    processes: processes.slice(0, MAX_REACHED).map(({ pid, name }) => `${pid} ${name}`),
    processCount: processes.length,
    containers,
  }
}
