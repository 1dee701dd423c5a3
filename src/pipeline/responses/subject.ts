/** Whom a response to a finding is about, and what guards are asked about a process. */
import { readdirSync } from 'node:fs'
import { flatEvent } from '../../detect/flat-event.ts'
import type { FlatEvent } from '../../events/event.ts'
import type { HostView } from '../../events/host-view.ts'
import type { Process } from '../../events/process.ts'
import type { Finding } from '../../findings/finding.ts'
import type { ProcessFacts } from '../../respond/protected.ts'
import type { ActionSubject, ContainerSubject } from '../../respond/subject.ts'

/** What the finding itself tells: a process is named by its pid and start, so that a later one is never taken for it. */
export function subjectOf({ id, hostname, lineage: [own], containerId, workload, object }: Finding): ActionSubject {
  return {
    hostname,
    findingId: id,
    process: own && { pid: own.pid, startNs: own.startNs, name: own.name, exePath: own.exePath },
    container: containerId === undefined ? undefined : containerSubject(containerId, workload),
    file: object?.file,
    fileId: object?.fileId,
    address: object?.ip === undefined ? undefined : { ip: object.ip, port: object.port },
  }
}

function containerSubject(id: string, workload: Finding['workload']): ContainerSubject {
  const { containerName: name, image, podName, podNamespace, podUid: uid } = workload ?? {}
  const pod = podName === undefined || podNamespace === undefined ? undefined : { name: podName, namespace: podNamespace, uid }
  return { id, name, image, pod }
}

/**
 * Who has to share the limits of a response with others: the container, and on the host the unit (its place in the cgroups, of which only root goes out) with the user.
 * Sessions and parents anybody leaves.
 */
export function workloadName({ container, process: own }: Pick<ActionSubject, 'container' | 'process'>, view: HostView): string {
  if (container !== undefined) return `container ${container.id.slice(0, 12)}`
  const known = own && view.process(own.pid, own.startNs)
  const place = known?.cgroup.split('/').slice(1, 3).join('/') ?? ''
  return known === undefined ? 'host' : `/${place} user ${known.uid}`
}

/** Those that live and descend from it, also where those between have ended: the process tree remembers them. */
export function descendantsIn(
  view: HostView,
  from: { readonly pid: number; readonly startNs: number },
): { readonly pid: number; readonly startNs: number }[] {
  const pids = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
  return pids.flatMap((pid) => {
    const process = view.process(pid, 0)
    return process !== undefined && descendsFrom(process, from) ? [{ pid: process.pid, startNs: process.startNs }] : []
  })
}

function descendsFrom(process: Process, { pid, startNs }: { readonly pid: number; readonly startNs: number }): boolean {
  const seen = new Set<Process>()
  for (let above = process.parent; above !== undefined && !seen.has(above); above = above.parent) {
    if (above.pid === pid && above.startNs === startNs) return true
    seen.add(above)
  }
  return false
}

/** As the conditions of `protect` see it; `view` knows its container and its user. */
export function processEvent({ pid, ppid, name, exePath, uid }: ProcessFacts, view: HostView | undefined): FlatEvent {
  const known = view?.process(pid, 0)
  const { container } = known ?? {}
  return flatEvent(
    {
      ...{ 'evt.type': 'process', 'proc.pid': pid, 'proc.ppid': ppid, 'proc.name': name, 'proc.exepath': exePath },
      ...{
        'proc.cmdline': known?.cmdline,
        'user.uid': uid,
        'user.name': known?.userName,
        'container.id': container?.id ?? 'host',
        'container.name': container?.name,
      },
      ...{ 'container.image': container?.image, 'container.image.repository': container?.imageRepository },
      ...{ 'k8s.pod.name': container?.podName, 'k8s.ns.name': container?.podNamespace },
    },
    1,
  )
}
