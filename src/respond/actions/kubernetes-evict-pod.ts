/** Ends a pod by way of the API server, which heeds disruption budgets; what owns it makes another. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { defineAction } from '../action.ts'
import { asFailureOf } from '../action-failure.ts'
import { KUBERNETES_PLACES, kubernetesSettings } from '../kubernetes/settings.ts'
import { withKubernetes } from '../kubernetes.ts'
import { podName, reachOfPod, readPod } from '../pod.ts'

const NAME = 'kubernetes-evict-pod'
const POLL_MS = 500

export const kubernetesEvictPod = defineAction({
  name: NAME,
  doc: 'Evicts the pod of the container (policy/v1 Eviction). A disruption budget may forbid it, which is told. It cannot be taken back.',
  needs: 'container',
  schema: z.object({
    graceSeconds: z.number().int().min(0).max(600).optional().describe('How long it may take to end. Default: what the pod says.'),
    waitMs: z.number().int().min(0).max(60_000).default(45_000).describe('How long to look whether it is gone. Default: 45000.'),
    ...kubernetesSettings,
  }),
  places: KUBERNETES_PLACES,
  examples: [{ doc: 'The pod ends at once.', with: { graceSeconds: 0 } }],
  reach: async (subject, _config, { proc }) => reachOfPod(subject, podName(NAME, subject), proc),
  alone: () => ({ action: 'kill-process', settings: {} }),
  run: (subject, config, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const { namespace, name, uid, node } = await readPod(NAME, subject, ask)
        await ask('evict-pod', { namespace, name, uid, graceSeconds: config.graceSeconds })
        return {
          summary: `the pod ${namespace}/${name} is evicted from ${node}`,
          detail: { namespace, pod: name, uid, node },
          undo: undefined,
        }
      }),
    ),
  verify: (subject, config, { detail }, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const name = podName(NAME, subject)
        const until = Date.now() + config.waitMs
        for (;;) {
          const pod = await ask('read-pod', name)
          if (pod === undefined) return { verified: true, summary: 'the API server has no such pod any more' }
          // A StatefulSet makes another of the same name.
          if (pod.uid !== detail.uid) return { verified: true, summary: 'the pod of that name is another by now' }
          if (Date.now() >= until) return { verified: false, summary: pod.ending ? 'the pod is still ending' : 'the pod is not ending' }
          await sleep(POLL_MS, undefined, { signal })
        }
      }),
    ),
  undo: undefined,
})
