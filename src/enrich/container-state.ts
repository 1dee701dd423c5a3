/** Every place that knows containers, one line each, asked in this order. */
import { containerdState } from './container-state/containerd.ts'
import { dockerState } from './container-state/docker.ts'
import { overlayContainersState } from './container-state/overlay-containers.ts'
import { runcState } from './container-state/runc.ts'
import type { ContainerDetails, StateSource } from './container-state/state-source.ts'
import type { HostReader } from './host-reader.ts'

const STATE_SOURCES: readonly StateSource[] = [dockerState, containerdState, overlayContainersState, runcState]

/** A name of one file: no slash, no dot at the start. */
const SAFE_ID = /^[\w+-][\w+.-]{0,127}$/

/** What is known on disk of a container; `runtime` is empty when the claim does not tell it. */
export function readContainerState(host: HostReader, runtime: string, id: string): ContainerDetails | undefined {
  if (!SAFE_ID.test(id)) return undefined
  for (const source of STATE_SOURCES) {
    const details = source.runtimes.includes(runtime) ? source.read(host, id) : undefined
    if (details !== undefined) return details
  }
  return undefined
}
