/** A label that others go by: a network policy, a dashboard, a person. */
import { z } from 'zod'
import { defineAction } from '../action.ts'
import { asFailureOf } from '../action-failure.ts'
import { KUBERNETES_PLACES, kubernetesSettings, settingsOf, settingsState } from '../kubernetes/settings.ts'
import { withKubernetes } from '../kubernetes.ts'
import { podName, reachOfPod, readPod } from '../pod.ts'

const NAME = 'kubernetes-label-pod'
/** `prefix/name` as Kubernetes has it. */
const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/
const VALUE = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/

export const kubernetesLabelPod = defineAction({
  name: NAME,
  doc: 'Sets a label on the pod of the container. Taking it back restores what was there.',
  needs: 'container',
  schema: z.object({
    label: z.string().regex(KEY).default('tarsier.io/quarantine').describe('Name of the label. Default: tarsier.io/quarantine.'),
    value: z.string().regex(VALUE).default('true').describe('Its value. Default: true.'),
    ...kubernetesSettings,
  }),
  places: KUBERNETES_PLACES,
  examples: [
    { doc: 'Marks the pod.', with: {} },
    { doc: 'Takes it out of a service that selects by this label.', with: { label: 'app', value: 'quarantined' } },
  ],
  reach: async (subject, _config, { proc }) => ({
    ...reachOfPod(subject, podName(NAME, subject), proc),
    pids: [],
    processes: [],
    processCount: 0,
  }),
  run: (subject, config, { signal, note }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const { namespace, name, uid, labels } = await readPod(NAME, subject, ask)
        const { label, value } = config
        const before = labels[label] ?? null
        const detail = { namespace, pod: name, uid, label, value, before }
        if (before === value) return { summary: `the pod has ${label}=${value} already`, detail, undo: undefined }
        const undo = { ...settingsState(config), namespace, name, uid, label, value, before }
        note?.(undo)
        await ask('label-pod', { namespace, name, uid, labels: { [label]: value } })
        return { summary: `the pod ${namespace}/${name} was given ${label}=${value}`, detail, undo }
      }),
    ),
  verify: (subject, config, _done, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const seen = (await readPod(NAME, subject, ask)).labels[config.label]
        return { verified: seen === config.value, summary: `the API server says ${config.label}=${seen ?? '(none)'}` }
      }),
    ),
  undo: (state, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(settingsOf(state), signal, async (ask) => {
        const [namespace, name, uid, label] = [state.namespace, state.name, state.uid, state.label].map(String) as [
          string,
          string,
          string,
          string,
        ]
        const pod = await ask('read-pod', { namespace, name })
        if (pod === undefined || pod.uid !== uid) return 'the pod is gone'
        if (pod.labels[label] !== state.value) return `somebody changed ${label} meanwhile; it is left as it is`
        const before = typeof state.before === 'string' ? state.before : null
        await ask('label-pod', { namespace, name, uid, labels: { [label]: before } })
        return before === null ? `${label} was taken away` : `${label} is ${before} again`
      }),
    ),
})
