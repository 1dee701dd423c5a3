/** The pod that a subject's container belongs to: its name checked, and its processes on this host. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ActionReach } from '../findings/action-record.ts'
import { AppError } from '../lib/app-error.ts'
import type { ObjectName, PodFacts } from './kubernetes/questions.ts'
import type { AskKubernetes } from './kubernetes.ts'
import type { ActionSubject } from './subject.ts'

/** RFC 1123, as Kubernetes checks names. They become parts of paths. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

export const isSubdomain = (name: string): boolean => SUBDOMAIN.test(name)

/** Throws AppError ACTION_FAILED where there is no pod, or its name is none. */
export function podName(action: string, { container }: ActionSubject): ObjectName {
  const pod = container?.pod
  if (pod === undefined) throw new AppError('ACTION_FAILED', { action, reason: 'the container belongs to no pod of Kubernetes' })
  if (!LABEL.test(pod.namespace) || !SUBDOMAIN.test(pod.name))
    throw new AppError('ACTION_FAILED', {
      action,
      reason: `${JSON.stringify(`${pod.namespace}/${pod.name}`).slice(0, 400)} is no name of a pod`,
    })
  return { namespace: pod.namespace, name: pod.name }
}

/** Throws AppError ACTION_GONE where it is gone, ACTION_FAILED where another has its name by now. */
export async function readPod(action: string, subject: ActionSubject, ask: AskKubernetes): Promise<ObjectName & PodFacts> {
  const name = podName(action, subject)
  const facts = await ask('read-pod', name)
  if (facts === undefined) throw new AppError('ACTION_GONE', { action, reason: `the pod ${name.namespace}/${name.name} is gone` })
  const uid = subject.container?.pod?.uid
  if (uid !== undefined && uid !== facts.uid)
    throw new AppError('ACTION_FAILED', {
      action,
      reason: `the pod ${name.namespace}/${name.name} is another by now (${facts.uid}, not ${uid})`,
    })
  return { ...name, ...facts }
}

const UID = /^[0-9a-f][0-9a-f-]{15,63}$/

/** Its processes here, by the pod's uid in their control groups (`pod1234-…` or, by systemd, `pod1234_…`). */
export function reachOfPod(
  { container }: ActionSubject,
  { namespace, name }: ObjectName,
  proc: string,
): ActionReach & { readonly pids: readonly number[] } {
  const uid = container?.pod?.uid ?? ''
  const marks = UID.test(uid) ? [`pod${uid}`, `pod${uid.replaceAll('-', '_')}`] : []
  const found = readdirSync(proc)
    .filter((entry) => marks.length > 0 && /^\d+$/.test(entry))
    .filter((pid) => marks.some((mark) => readOrNothing(join(proc, pid, 'cgroup')).includes(mark)))
  return {
    pids: found.map(Number),
    processes: found.map((pid) => `${pid} ${readOrNothing(join(proc, pid, 'comm')).trimEnd()}`),
    processCount: found.length,
    containers: [`pod ${namespace}/${name}`],
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it ended
  }
}
