/** No pod of a workload is left, and none comes again: for what is bad by its image, not by chance. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import { defineAction } from '../action.ts'
import { asFailureOf } from '../action-failure.ts'
import { type Owner, SCALABLE, type ScalableKind, type WorkloadName } from '../kubernetes/questions.ts'
import { KUBERNETES_PLACES, kubernetesSettings, settingsOf, settingsState } from '../kubernetes/settings.ts'
import { type AskKubernetes, withKubernetes } from '../kubernetes.ts'
import { reachOfPod, readPod } from '../pod.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'kubernetes-scale-to-zero'
const POLL_MS = 500
/** A pod is of a ReplicaSet, and that of a Deployment. */
const MAX_OWNERS = 4
const MAX_NAMED = 1000

export const kubernetesScaleToZero = defineAction({
  name: NAME,
  doc: 'Scales the Deployment, StatefulSet or ReplicaSet that owns the pod to no pods at all. Taking it back scales it to what it was.',
  needs: 'container',
  schema: z.object({
    waitMs: z
      .number()
      .int()
      .min(0)
      .max(60_000)
      .default(45_000)
      .describe('How long to look whether its pods are gone, in ms. Default: 45000.'),
    ...kubernetesSettings,
  }),
  places: KUBERNETES_PLACES,
  examples: [{ doc: 'Every pod of the workload ends.', with: {} }],
  reach: (subject, config, { proc, signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const { workload, pod } = await workloadOf(subject, ask)
        const running = Math.min((await scaleOf(workload, ask)).running, MAX_NAMED)
        const containers = Array.from(
          { length: running },
          (_, index) => `${workload.kind} ${workload.namespace}/${workload.name} pod ${index + 1} of ${running}`,
        )
        return { ...reachOfPod(subject, pod, proc), containers }
      }),
    ),
  alone: () => ({ action: 'kill-process', settings: {} }),
  run: (subject, config, { signal, note }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const { workload, uid } = await workloadOf(subject, ask)
        const { replicas, resourceVersion } = await scaleOf(workload, ask)
        const detail = { ...workload, replicas }
        if (replicas === 0) return { summary: `${textOf(workload)} is scaled to zero already`, detail, undo: undefined }
        const undo = { ...settingsState(config), ...workload, uid, replicas }
        note?.(undo)
        await ask('write-scale', { ...workload, replicas: 0, resourceVersion })
        return { summary: `${textOf(workload)} was scaled from ${replicas} to 0`, detail, undo }
      }),
    ),
  verify: (_subject, config, { detail }, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const workload = workloadIn(detail)
        const until = Date.now() + config.waitMs
        for (;;) {
          const { replicas, running } = await scaleOf(workload, ask)
          if (replicas !== 0) return { verified: false, summary: `${textOf(workload)} is scaled to ${replicas}` }
          if (running === 0) return { verified: true, summary: `the API server says that ${textOf(workload)} has no pods` }
          if (Date.now() >= until) return { verified: false, summary: `${textOf(workload)} is scaled to 0, but ${running} pods are there` }
          await sleep(POLL_MS, undefined, { signal })
        }
      }),
    ),
  undo: (state, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(settingsOf(state), signal, async (ask) => {
        const workload = workloadIn(state)
        if ((await ask('read-workload', workload))?.uid !== state.uid) return `${textOf(workload)} is gone`
        const { replicas, resourceVersion } = await scaleOf(workload, ask)
        if (replicas !== 0) return `somebody scaled it to ${replicas} before`
        await ask('write-scale', { ...workload, replicas: Number(state.replicas), resourceVersion })
        return `${textOf(workload)} was scaled to ${state.replicas} again`
      }),
    ),
})

const textOf = ({ kind, namespace, name }: WorkloadName): string => `${kind} ${namespace}/${name}`

const isScalable = (kind: string): kind is ScalableKind => SCALABLE.includes(kind as ScalableKind)

/** Of what this action wrote down itself. */
const workloadIn = ({ kind, namespace, name }: Readonly<Record<string, unknown>>): WorkloadName =>
  ({ kind, namespace, name }) as unknown as WorkloadName

/** The topmost owner that can be scaled: a ReplicaSet alone would be scaled back by its Deployment. */
async function workloadOf(subject: ActionSubject, ask: AskKubernetes) {
  const pod = await readPod(NAME, subject, ask)
  let found: (WorkloadName & { readonly uid: string }) | undefined
  let owner: Owner | undefined = pod.owner
  for (let level = 0; level < MAX_OWNERS && owner !== undefined; level++) {
    if (!isScalable(owner.kind)) break
    const workload: WorkloadName = { kind: owner.kind, namespace: pod.namespace, name: owner.name }
    const facts = await ask('read-workload', workload)
    if (facts === undefined || facts.uid !== owner.uid) break
    found = { ...workload, uid: facts.uid }
    owner = facts.owner
  }
  // What an operator manages, it scales again; a DaemonSet or a Job has no scale.
  const reason =
    owner === undefined
      ? 'nothing that can be scaled owns the pod'
      : `the pod is managed by ${owner.kind} ${owner.name}, which cannot be scaled, or is gone`
  if (found === undefined || owner !== undefined) throw new AppError('ACTION_FAILED', { action: NAME, reason })
  const { uid, ...workload } = found
  return { workload, uid, pod }
}

async function scaleOf(workload: WorkloadName, ask: AskKubernetes) {
  const scale = await ask('read-scale', workload)
  if (scale === undefined) throw new AppError('ACTION_FAILED', { action: NAME, reason: `${textOf(workload)} is gone` })
  return scale
}
