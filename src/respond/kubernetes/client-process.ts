/** Asks an API server through the official client, which is large: this process takes it along when it ends. Started by ../kubernetes.ts alone. */
import * as kubernetes from '@kubernetes/client-node'
import { loadCredentials } from './credentials.ts'
import type { Answered, Asked, Failure, Owner, PolicyFacts, QuestionKind, Questions, ScalableKind } from './questions.ts'
import type { KubernetesSettings } from './settings.ts'

const config = new kubernetes.KubeConfig()
const tell = (answered: Answered): boolean | undefined => process.send?.(answered)

process.once('message', (settings: KubernetesSettings) => {
  try {
    loadCredentials(config, settings, process.env)
    answerAll()
  } catch (error) {
    tell({ kind: 'no-credentials', reason: (error as Error).message })
  }
})
// The agent has ended.
process.once('disconnect', () => process.exit())

function answerAll(): void {
  const handlers = handlersOf()
  process.on('message', ({ number, kind, ask }: Asked) => {
    const work = handlers[kind](ask as never)
    work.then(
      (answer) => tell({ number, kind: 'answer', answer }),
      (error: unknown) => tell({ number, kind: 'failure', failure: failureOf(error) }),
    )
  })
}

type Handlers = { readonly [K in QuestionKind]: (ask: Questions[K]['ask']) => Promise<Questions[K]['answer']> }

function handlersOf(): Handlers {
  const core = config.makeApiClient(kubernetes.CoreV1Api)
  const workloads = workloadsOf(config.makeApiClient(kubernetes.AppsV1Api))
  const networking = config.makeApiClient(kubernetes.NetworkingV1Api)
  return {
    'read-pod': (name) => unlessMissing(async () => podFacts(await core.readNamespacedPod(name))),
    // The uid is a precondition: another pod of that name gives 409.
    'label-pod': ({ uid, labels, ...name }) => nothing(core.patchNamespacedPod({ ...name, body: { metadata: { uid, labels } } }, MERGE)),
    'evict-pod': ({ uid, graceSeconds, ...name }) =>
      nothing(core.createNamespacedPodEviction({ ...name, body: evictionOf({ ...name, uid, graceSeconds }) })),
    'read-node': (name) =>
      unlessMissing(async () => {
        const { metadata, spec } = await core.readNode(name)
        return { uid: metadata?.uid ?? '', unschedulable: spec?.unschedulable === true }
      }),
    'cordon-node': ({ uid, unschedulable, name }) =>
      nothing(core.patchNode({ name, body: { metadata: { uid }, spec: { unschedulable: unschedulable ? true : null } } }, STRATEGIC)),
    'list-policies': async (namespace) =>
      (await networking.listNamespacedNetworkPolicy({ ...namespace, limit: MAX_POLICIES })).items.map(policyFacts),
    'create-policy': async ({ namespace, ...wish }) => {
      const { metadata } = await networking.createNamespacedNetworkPolicy({ namespace, body: policyOf({ namespace, ...wish }) })
      return { uid: metadata?.uid ?? '' }
    },
    'delete-policy': ({ uid, ...name }) => nothing(networking.deleteNamespacedNetworkPolicy({ ...name, body: { preconditions: { uid } } })),
    'read-workload': ({ kind, ...name }) =>
      unlessMissing(async () => {
        const { metadata } = await workloads[kind].read(name)
        return { uid: metadata?.uid ?? '', owner: controllerOf(metadata) }
      }),
    'read-scale': ({ kind, ...name }) =>
      unlessMissing(async () => {
        const { metadata, spec, status } = await workloads[kind].readScale(name)
        return { replicas: spec?.replicas ?? 0, running: status?.replicas ?? 0, resourceVersion: metadata?.resourceVersion ?? '' }
      }),
    'write-scale': ({ replicas, resourceVersion, kind, ...name }) =>
      // With the version that was read: who scaled it meanwhile, is not overruled.
      nothing(workloads[kind].patchScale({ ...name, body: { metadata: { resourceVersion }, spec: { replicas } } })),
  }
}

const MAX_POLICIES = 1000
const MERGE = kubernetes.setHeaderOptions('Content-Type', kubernetes.PatchStrategy.MergePatch)
const STRATEGIC = kubernetes.setHeaderOptions('Content-Type', kubernetes.PatchStrategy.StrategicMergePatch)

const nothing = (work: Promise<unknown>): Promise<undefined> => work.then(() => undefined)

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof kubernetes.ApiException && error.code === 404) return undefined
    throw error
  }
}

type Name = { readonly namespace: string; readonly name: string }
type Patch = Name & { readonly body: unknown }

/** What can be asked of a kind that has a scale. */
function workloadsOf(apps: kubernetes.AppsV1Api) {
  const deployment = {
    read: (name: Name) => apps.readNamespacedDeployment(name),
    readScale: (name: Name) => apps.readNamespacedDeploymentScale(name),
    patchScale: (patch: Patch) => apps.patchNamespacedDeploymentScale(patch, MERGE),
  }
  const statefulSet = {
    read: (name: Name) => apps.readNamespacedStatefulSet(name),
    readScale: (name: Name) => apps.readNamespacedStatefulSetScale(name),
    patchScale: (patch: Patch) => apps.patchNamespacedStatefulSetScale(patch, MERGE),
  }
  const replicaSet = {
    read: (name: Name) => apps.readNamespacedReplicaSet(name),
    readScale: (name: Name) => apps.readNamespacedReplicaSetScale(name),
    patchScale: (patch: Patch) => apps.patchNamespacedReplicaSetScale(patch, MERGE),
  }
  return { Deployment: deployment, StatefulSet: statefulSet, ReplicaSet: replicaSet } satisfies Record<ScalableKind, unknown>
}

function podFacts({ metadata, spec }: kubernetes.V1Pod): Questions['read-pod']['answer'] {
  return {
    uid: metadata?.uid ?? '',
    node: spec?.nodeName ?? '',
    labels: metadata?.labels ?? {},
    owner: controllerOf(metadata),
    ending: metadata?.deletionTimestamp !== undefined,
  }
}

function controllerOf(metadata: kubernetes.V1ObjectMeta | undefined): Owner | undefined {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true)
  return owner && { kind: owner.kind, name: owner.name, uid: owner.uid }
}

function evictionOf({ namespace, name, uid, graceSeconds }: Questions['evict-pod']['ask']): kubernetes.V1Eviction {
  const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }
  return {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { namespace, name },
    deleteOptions: { preconditions: { uid }, ...grace },
  }
}

function policyOf({ namespace, name, labels, ingress, egress }: Questions['create-policy']['ask']): kubernetes.V1NetworkPolicy {
  const peers = (networks: readonly string[]) => networks.map((cidr) => ({ ipBlock: { cidr } }))
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name, labels: { 'app.kubernetes.io/managed-by': 'tarsier' } },
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress', 'Egress'],
      // A rule without peers would let everything through: no rule at all lets nothing.
      ingress: ingress.length === 0 ? [] : [{ _from: peers(ingress) }],
      egress: egress.length === 0 ? [] : [{ to: peers(egress) }],
    },
  }
}

function policyFacts({ metadata, spec }: kubernetes.V1NetworkPolicy): PolicyFacts {
  const networks = (peers: readonly kubernetes.V1NetworkPolicyPeer[] | undefined): string[] =>
    peers === undefined || peers.length === 0 ? ['*'] : peers.map(({ ipBlock }) => ipBlock?.cidr ?? '*')
  return {
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    selector: {
      matchLabels: spec?.podSelector?.matchLabels ?? {},
      matchExpressions: (spec?.podSelector?.matchExpressions ?? []).map(({ key, operator, values }) => ({
        key,
        operator,
        values: values ?? [],
      })),
    },
    types: spec?.policyTypes ?? ['Ingress'],
    ingress: (spec?.ingress ?? []).flatMap(({ _from }) => networks(_from)),
    egress: (spec?.egress ?? []).flatMap(({ to }) => networks(to)),
  }
}

const MAX_MESSAGE = 500

/** The API server answers with a `Status` (meta/v1); what is none is told as it is. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof kubernetes.ApiException)) return { status: 0, message: reasonOf(error as Error), causes: [] }
  const status = statusOf(error.body)
  const causes = (status?.details?.causes ?? []).map(({ reason, message }) => `${reason ?? ''}: ${message ?? ''}`.slice(0, MAX_MESSAGE))
  return { status: error.code, message: (status?.message ?? String(error.body)).slice(0, MAX_MESSAGE), causes: causes.slice(0, 5) }
}

function statusOf(body: unknown): kubernetes.V1Status | undefined {
  try {
    const value: unknown = typeof body === 'string' ? JSON.parse(body) : body
    return typeof value === 'object' && value !== null ? (value as kubernetes.V1Status) : undefined
  } catch {
    return undefined // a proxy's page
  }
}

/** `fetch failed` says little: the reason lies below. */
const reasonOf = ({ message, cause }: Error): string =>
  (cause instanceof Error ? `${message}: ${cause.message}` : message).slice(0, MAX_MESSAGE)
