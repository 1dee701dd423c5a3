import type { ActionReach } from '../findings/action-record.ts'
import { processesOf } from './container-scope.ts'
import type { LocatedContainer } from './runtimes.ts'
import type { ActionSubject } from './subject.ts'

/** Every process of the container, as the kernel counts them. */
export function reachOf(
  { container }: Pick<ActionSubject, 'container'>,
  located: LocatedContainer,
  proc: string,
): ActionReach & { readonly pids: readonly number[] } {
  const processes = processesOf(proc, located.scope)
  return {
    pids: processes.map(({ pid }) => pid),
    processes: processes.map(({ pid, name }) => `${pid} ${name}`),
    processCount: processes.length,
    containers: [container?.name ?? located.container.id],
  }
}
