/** What is asked of an API server, as plain values: the client that asks it lives in a process of its own. */

/** Namespace and name; both checked to be names before they come here. */
export interface ObjectName {
  readonly namespace: string
  readonly name: string
}

export interface Owner {
  readonly kind: string
  readonly name: string
  readonly uid: string
}

export interface PodFacts {
  readonly uid: string
  readonly node: string
  readonly labels: Readonly<Record<string, string>>
  /** The one that manages it (`controller: true`). */
  readonly owner: Owner | undefined
  /** Its deletion has begun. */
  readonly ending: boolean
}

export interface NodeFacts {
  readonly uid: string
  readonly unschedulable: boolean
}

/** Kinds with a scale subresource in `apps/v1`. */
export const SCALABLE = ['Deployment', 'StatefulSet', 'ReplicaSet'] as const
export type ScalableKind = (typeof SCALABLE)[number]

export interface WorkloadName extends ObjectName {
  readonly kind: ScalableKind
}

export interface ScaleFacts {
  /** Wished for. */
  readonly replicas: number
  /** There now. */
  readonly running: number
  readonly resourceVersion: string
}

export interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>
  readonly matchExpressions: readonly { readonly key: string; readonly operator: string; readonly values: readonly string[] }[]
}

export interface PolicyFacts {
  readonly name: string
  readonly uid: string
  readonly selector: Selector
  /** `Ingress`, `Egress`. */
  readonly types: readonly string[]
  /** Of each rule the networks that it lets through; `*` where it says none, or names them otherwise than by address. */
  readonly ingress: readonly string[]
  readonly egress: readonly string[]
}

export interface PolicyWish {
  readonly labels: Readonly<Record<string, string>>
  /** Networks in CIDR form; none: nothing is let through. */
  readonly ingress: readonly string[]
  readonly egress: readonly string[]
}

/** By kind: what is asked, and what is answered. Undefined: there is no such object. */
export interface Questions {
  readonly 'read-pod': { readonly ask: ObjectName; readonly answer: PodFacts | undefined }
  /** null takes a label away. */
  readonly 'label-pod': {
    readonly ask: ObjectName & { readonly uid: string; readonly labels: Readonly<Record<string, string | null>> }
    readonly answer: undefined
  }
  readonly 'evict-pod': {
    readonly ask: ObjectName & { readonly uid: string; readonly graceSeconds: number | undefined }
    readonly answer: undefined
  }
  readonly 'read-node': { readonly ask: { readonly name: string }; readonly answer: NodeFacts | undefined }
  readonly 'cordon-node': {
    readonly ask: { readonly name: string; readonly uid: string; readonly unschedulable: boolean }
    readonly answer: undefined
  }
  readonly 'list-policies': { readonly ask: { readonly namespace: string }; readonly answer: readonly PolicyFacts[] }
  readonly 'create-policy': { readonly ask: ObjectName & PolicyWish; readonly answer: { readonly uid: string } }
  readonly 'delete-policy': { readonly ask: ObjectName & { readonly uid: string }; readonly answer: undefined }
  readonly 'read-workload': {
    readonly ask: WorkloadName
    readonly answer: { readonly uid: string; readonly owner: Owner | undefined } | undefined
  }
  readonly 'read-scale': { readonly ask: WorkloadName; readonly answer: ScaleFacts | undefined }
  readonly 'write-scale': {
    readonly ask: WorkloadName & { readonly replicas: number; readonly resourceVersion: string }
    readonly answer: undefined
  }
}
export type QuestionKind = keyof Questions

/** What the account must be allowed to do, in words of RBAC. deploy/kubernetes/response-role.yaml has all of them. */
export const PERMISSIONS: { readonly [K in QuestionKind]: string } = {
  'read-pod': 'get pods',
  'label-pod': 'patch pods',
  'evict-pod': 'create pods/eviction',
  'read-node': 'get nodes',
  'cordon-node': 'patch nodes',
  'list-policies': 'list networkpolicies.networking.k8s.io',
  'create-policy': 'create networkpolicies.networking.k8s.io',
  'delete-policy': 'delete networkpolicies.networking.k8s.io',
  'read-workload': 'get deployments.apps, statefulsets.apps and replicasets.apps',
  'read-scale': 'get deployments.apps/scale, statefulsets.apps/scale and replicasets.apps/scale',
  'write-scale': 'patch deployments.apps/scale, statefulsets.apps/scale and replicasets.apps/scale',
}

/** To the process of the client, and from it. */
export interface Asked<K extends QuestionKind = QuestionKind> {
  readonly number: number
  readonly kind: K
  readonly ask: Questions[K]['ask']
}

export interface Failure {
  /** Of HTTP; 0: there was no answer. */
  readonly status: number
  /** What the API server says, or why there was no answer. */
  readonly message: string
  /** `DisruptionBudget`…: causes that the answer names. */
  readonly causes: readonly string[]
}

export type Answered =
  | { readonly number: number; readonly kind: 'answer'; readonly answer: unknown }
  | { readonly number: number; readonly kind: 'failure'; readonly failure: Failure }
  /** Without credentials nothing can be asked. */
  | { readonly kind: 'no-credentials'; readonly reason: string }
