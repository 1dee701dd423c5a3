/** Cuts a pod off by a NetworkPolicy of its own: a label that no other pod has, and a policy for that label which lets nothing through but what is listed. */
import { z } from 'zod'
import { defineAction, type UndoState, type Verification } from '../action.ts'
import { asFailureOf } from '../action-failure.ts'
import type { ObjectName, PodFacts, PolicyFacts } from '../kubernetes/questions.ts'
import { selects } from '../kubernetes/selects.ts'
import { KUBERNETES_PLACES, kubernetesSettings, settingsOf, settingsState } from '../kubernetes/settings.ts'
import { withKubernetes } from '../kubernetes.ts'
import { podName, reachOfPod, readPod } from '../pod.ts'

const NAME = 'kubernetes-isolate-pod'
const LABEL = 'tarsier.io/isolated'

const networks = (doc: string) =>
  z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .max(100)
    .default([])
    .describe(doc)
const schema = z.object({
  allowTo: networks('Networks that it may still reach, in CIDR form. Default: none, not even DNS.'),
  allowFrom: networks('Networks that may still reach it, in CIDR form. Default: none.'),
  ...kubernetesSettings,
})
type Settings = z.infer<typeof schema>

export const kubernetesIsolatePod = defineAction({
  name: NAME,
  doc: 'Isolates the pod by a NetworkPolicy. It is up to the cluster’s network plug-in to enforce it, and connections that stand may go on; other policies that let this pod through are told.',
  needs: 'container',
  schema,
  places: KUBERNETES_PLACES,
  examples: [
    { doc: 'Nothing in, nothing out.', with: {} },
    { doc: 'Only the forensics host may connect.', with: { allowFrom: ['10.0.8.15/32'] } },
  ],
  reach: async (subject, _config, { proc }) => reachOfPod(subject, podName(NAME, subject), proc),
  alone: () => ({ action: 'isolate-network', settings: { scope: 'process' } }),
  run: (subject, config, { signal, note }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const pod = await readPod(NAME, subject, ask)
        const { namespace, uid } = pod
        const policy = policyName(pod)
        const before = (await ask('list-policies', { namespace })).find(({ name }) => name === policy)
        // The pod gets its label last: were there no policy, it would mean nothing.
        const wish = { labels: { [LABEL]: uid }, ingress: config.allowFrom, egress: config.allowTo }
        const undo = { ...settingsState(config), namespace, name: pod.name, uid, policy, policyUid: before?.uid ?? null }
        note?.(undo)
        const created = before ?? (await ask('create-policy', { namespace, name: policy, ...wish }))
        await ask('label-pod', { namespace, name: pod.name, uid, labels: { [LABEL]: uid } })
        const detail = { namespace, pod: pod.name, uid, policy }
        const summary = `the NetworkPolicy ${policy} is for the pod ${namespace}/${pod.name}`
        return { summary, detail, undo: { ...undo, policyUid: created.uid } }
      }),
    ),
  verify: (subject, config, _done, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(config, signal, async (ask) => {
        const pod = await readPod(NAME, subject, ask)
        return judge(pod, await ask('list-policies', { namespace: pod.namespace }), config)
      }),
    ),
  undo: (state, { signal }) =>
    asFailureOf(NAME, () =>
      withKubernetes(settingsOf(state), signal, async (ask) => {
        const [namespace, name, uid] = [state.namespace, state.name, state.uid].map(String) as [string, string, string]
        const pod = await ask('read-pod', { namespace, name })
        const isThere = pod !== undefined && pod.uid === uid
        if (isThere) await ask('label-pod', { namespace, name, uid, labels: { [LABEL]: null } })
        const policy = (await ask('list-policies', { namespace })).find((one) => isOurs(one, state))
        if (policy !== undefined) await ask('delete-policy', { namespace, name: policy.name, uid: policy.uid })
        const gone = policy === undefined ? 'the NetworkPolicy was gone before' : 'the NetworkPolicy was deleted'
        return isThere ? `${gone}, and the label taken away` : `${gone}; so is the pod`
      }),
    ),
})

/** Its uid is not known where the agent was killed while it was made; nobody else makes one of such a name. */
const isOurs = ({ name, uid }: Pick<PolicyFacts, 'name' | 'uid'>, { policy, policyUid }: UndoState): boolean =>
  name === policy && (policyUid === null || uid === policyUid)

/** At most 253 characters, and another for each pod of the name. */
const policyName = ({ name, uid }: Pick<ObjectName & PodFacts, 'name' | 'uid'>): string =>
  `tarsier-isolate-${name.slice(0, 200).replace(/[-.]+$/, '')}-${uid.slice(0, 8).replace(/-$/, '')}`

/** Policies add up: what one lets through, no other can forbid. */
function judge(pod: ObjectName & PodFacts, policies: readonly PolicyFacts[], { allowTo, allowFrom }: Settings): Verification {
  const own = policies.find(({ name }) => name === policyName(pod))
  if (own === undefined) return { verified: false, summary: 'the API server has no such NetworkPolicy' }
  if (!selects(own.selector, pod.labels))
    return { verified: false, summary: 'the NetworkPolicy is there, but not for this pod: the label is not' }
  const isAsked = own.ingress.join() === allowFrom.join() && own.egress.join() === allowTo.join()
  if (!isAsked || own.types.length !== 2) return { verified: false, summary: 'the NetworkPolicy lets through what it should not' }
  const others = policies.filter((one) => one !== own && selects(one.selector, pod.labels) && one.ingress.length + one.egress.length > 0)
  if (others.length === 0)
    return { verified: true, summary: 'the API server has the NetworkPolicy, and no other one lets this pod through' }
  const names = others.slice(0, 5).map(({ name }) => name)
  return { verified: false, summary: `other NetworkPolicies let this pod through: ${names.join(', ')}` }
}
