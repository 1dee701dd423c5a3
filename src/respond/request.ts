/** What is asked of the responder: steps, one after another, about one subject. */
import type { ActionMode } from '../findings/action-record.ts'
import type { AnyAction } from './action.ts'
import type { ActionSubject } from './subject.ts'

export interface RequestStep {
  readonly action: AnyAction
  /** As given under `with`; checked before. */
  readonly settings: Readonly<Record<string, unknown>>
  /** After so many ns it is taken back; undefined: not by itself. */
  readonly forNs: number | undefined
  readonly onFailure: 'stop' | 'continue'
}

export interface RequestLimits {
  readonly perMinute: number
  readonly concurrent: number
  readonly processes: number
  readonly containers: number
}

export interface ResponseRequest {
  readonly subject: ActionSubject
  readonly steps: readonly RequestStep[]
  readonly mode: ActionMode
  readonly limits: RequestLimits
  /** How long a person may take to answer, in ns. */
  readonly askForNs: number
  /** Name of the response; undefined: a person. */
  readonly policy: string | undefined
  /** Whose doing it answers: a container, or a unit of the host and its user. Workloads share the limits fairly. Undefined: a person asks. */
  readonly workload: string | undefined
  /** Maintenance that made the mode another one. */
  readonly heldBack: string | undefined
  readonly userId: string | undefined
  readonly incidentId: string | undefined
  /** Id of the (only) record, where somebody waits for it; undefined: a new one. */
  readonly recordId: string | undefined
}

/** Whom it is about, in words. */
export function targetText({ process, container, file, address }: ActionSubject, needs: AnyAction['needs']): string {
  const processText = process && `process ${process.pid} (${process.name})`
  const containerText = container && `container ${container.name ?? container.id}`
  const addressText = address && (address.port === undefined ? address.ip : `${address.ip} port ${address.port}`)
  switch (needs) {
    case 'process':
      return processText ?? 'no process'
    case 'container':
      return containerText ?? processText ?? 'no container'
    case 'file':
      return file ?? 'no file'
    case 'address':
      return addressText ?? 'no address'
    case 'none':
      return containerText ?? processText ?? file ?? addressText ?? 'this host'
    default:
      return needs satisfies never
  }
}

/** Equal for requests that would do the same to the same. `needs`: of each step. */
export function targetKey({ process, container, file, address }: ActionSubject, needs: readonly AnyAction['needs'][]): string {
  const own = process && `${process.pid}@${process.startNs}`
  const end = address && `${address.ip} ${address.port ?? '*'}`
  const parts = { process: own, container: container?.id ?? own, file, address: end, none: own ?? container?.id ?? file ?? end }
  return JSON.stringify([...new Set(needs)].toSorted().map((need) => [need, parts[need] ?? '']))
}
