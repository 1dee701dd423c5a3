/** No new pods for a node: what was found on it finds no new neighbours. */
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import { defineAction } from '../action.ts'
import { asFailureOf } from '../action-failure.ts'
import { KUBERNETES_PLACES, type KubernetesSettings, kubernetesSettings, settingsOf, settingsState } from '../kubernetes/settings.ts'
import { type AskKubernetes, withKubernetes } from '../kubernetes.ts'
import { isSubdomain, readPod } from '../pod.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'kubernetes-cordon-node'

export const kubernetesCordonNode = defineAction({
  name: NAME,
  doc: 'Makes the node unschedulable; pods that run on it stay. Taking it back makes it schedulable again.',
  needs: 'none',
  schema: z.object({
    node: z
      .string()
      .refine(isSubdomain, 'must be a name of a node')
      .optional()
      .describe('Name of the node. Default: that of the container’s pod, else the environment’s NODE_NAME, else the name of this host.'),
    ...kubernetesSettings,
  }),
  places: KUBERNETES_PLACES,
  examples: [
    { doc: 'The node of the container, or this one.', with: {} },
    { doc: 'A node by its name.', with: { node: 'worker-3' } },
  ],
  reach: async () => ({ pids: [], processes: [], processCount: 0, containers: [] }),
  run: (subject, config, { signal, note }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const { name, uid, unschedulable } = await nodeOf(subject, config, ask)
        const detail = { node: name, uid }
        if (unschedulable) return { summary: `somebody cordoned ${name} before`, detail, undo: undefined }
        const undo = { ...settingsState(config), name, uid }
        note?.(undo)
        await ask('cordon-node', { name, uid, unschedulable: true })
        return { summary: `the node ${name} was cordoned`, detail, undo }
      }),
    ),
  verify: (_subject, config, { detail }, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const seen = await ask('read-node', { name: String(detail.node) })
        const verified = seen?.unschedulable === true && seen.uid === detail.uid
        return { verified, summary: `the API server says that ${detail.node} is ${verified ? 'unschedulable' : 'schedulable, or another'}` }
      }),
    ),
  undo: (state, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(settingsOf(state), signal, async (ask) => {
        const [name, uid] = [String(state.name), String(state.uid)]
        const node = await ask('read-node', { name })
        if (node === undefined || node.uid !== uid) return 'the node is gone'
        if (!node.unschedulable) return 'somebody uncordoned it before'
        await ask('cordon-node', { name, uid, unschedulable: false })
        return `the node ${name} was uncordoned`
      }),
    ),
})

async function nodeOf(subject: ActionSubject, config: KubernetesSettings & { readonly node?: string | undefined }, ask: AskKubernetes) {
  const ofPod = config.node === undefined && subject.container?.pod !== undefined ? (await readPod(NAME, subject, ask)).node : undefined
  const name = config.node ?? (ofPod || process.env.NODE_NAME || subject.hostname).toLowerCase()
  if (!isSubdomain(name))
    throw new AppError('ACTION_FAILED', { action: NAME, reason: `${JSON.stringify(name).slice(0, 300)} is no name of a node` })
  const node = await ask('read-node', { name })
  if (node === undefined)
    throw new AppError('ACTION_FAILED', { action: NAME, reason: `there is no node ${name}: give its name as \`node\`` })
  return { name, ...node }
}
