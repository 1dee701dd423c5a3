/**
 * A double of the API server of Kubernetes for the operations that responses use. Requests are held against facts of the published OpenAPI description
 * (api/openapi-spec of kubernetes/kubernetes, 1.30 and later): paths, verbs, media types, and the properties of each definition.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSigned } from './self-signed.ts'

export type Json = Record<string, unknown>

const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'

/** Definitions by the names of their properties; of arrays the definition of what they hold. `string`, `integer`: as they are; `map`: any strings. */
type Definition = { readonly [property: string]: Definition | 'string' | 'integer' | 'boolean' | 'map' | readonly [Definition | 'string'] }
const META = { name: 'string', namespace: 'string', uid: 'string', resourceVersion: 'string', labels: 'map', annotations: 'map' } as const
const PRECONDITIONS = { uid: 'string', resourceVersion: 'string' } as const
const DELETE_OPTIONS = {
  apiVersion: 'string',
  kind: 'string',
  gracePeriodSeconds: 'integer',
  orphanDependents: 'boolean',
  propagationPolicy: 'string',
  preconditions: PRECONDITIONS,
} as const
const SELECTOR = { matchLabels: 'map', matchExpressions: [{ key: 'string', operator: 'string', values: ['string'] }] } as const
const PEER = { ipBlock: { cidr: 'string', except: ['string'] }, namespaceSelector: SELECTOR, podSelector: SELECTOR } as const
const POLICY = {
  apiVersion: 'string',
  kind: 'string',
  metadata: META,
  spec: { podSelector: SELECTOR, policyTypes: ['string'], ingress: [{ from: [PEER] }], egress: [{ to: [PEER] }] },
} as const

interface Operation {
  readonly verb: string
  readonly path: RegExp
  /** RBAC: `verb resource`. */
  readonly permission: string
  /** Media types that the operation consumes, of those that are of use here. */
  readonly consumes?: readonly string[]
  readonly body?: Definition
}

const NAMESPACED = '/namespaces/(?<namespace>[^/]+)'
const at = (path: string): RegExp => new RegExp(`^${path}$`)
const POD = at(`/api/v1${NAMESPACED}/(?<plural>pods)/(?<name>[^/]+)`)
const NODE = at('/api/v1/(?<plural>nodes)/(?<name>[^/]+)')
const POLICIES = `/apis/networking.k8s.io/v1${NAMESPACED}/(?<plural>networkpolicies)`
const WORKLOAD = `/apis/apps/v1${NAMESPACED}/(?<plural>deployments|statefulsets|replicasets)/(?<name>[^/]+)`

const OPERATIONS: readonly Operation[] = [
  { verb: 'GET', path: POD, permission: 'get pods' },
  { verb: 'PATCH', path: POD, permission: 'patch pods', consumes: [MERGE, STRATEGIC], body: { metadata: META } },
  {
    ...{
      verb: 'POST',
      path: at(`/api/v1${NAMESPACED}/(?<plural>pods)/(?<name>[^/]+)/(?<sub>eviction)`),
      permission: 'create pods/eviction',
    },
    consumes: ['application/json'],
    body: { apiVersion: 'string', kind: 'string', metadata: META, deleteOptions: DELETE_OPTIONS },
  },
  { verb: 'GET', path: NODE, permission: 'get nodes' },
  {
    verb: 'PATCH',
    path: NODE,
    permission: 'patch nodes',
    consumes: [MERGE, STRATEGIC],
    body: { metadata: META, spec: { unschedulable: 'boolean' } },
  },
  { verb: 'GET', path: at(POLICIES), permission: 'list networkpolicies' },
  { verb: 'POST', path: at(POLICIES), permission: 'create networkpolicies', consumes: ['application/json'], body: POLICY },
  {
    ...{ verb: 'DELETE', path: at(`${POLICIES}/(?<name>[^/]+)`), permission: 'delete networkpolicies' },
    ...{ consumes: ['application/json'], body: DELETE_OPTIONS },
  },
  { verb: 'GET', path: at(WORKLOAD), permission: 'get workloads' },
  { verb: 'GET', path: at(`${WORKLOAD}/(?<sub>scale)`), permission: 'get workloads/scale' },
  {
    ...{ verb: 'PATCH', path: at(`${WORKLOAD}/(?<sub>scale)`), permission: 'patch workloads/scale', consumes: [MERGE, STRATEGIC] },
    body: { metadata: META, spec: { replicas: 'integer' } },
  },
]

export interface KubernetesServer {
  readonly url: string
  /** PEM of the authority that signed its certificate. */
  readonly ca: string
  readonly token: string
  /** By `plural/namespace/name` (nodes: `nodes//name`). */
  readonly objects: Map<string, Json>
  /** `VERB path media-type`, of those that change something. */
  readonly changes: string[]
  /** What a request had wrong by the OpenAPI description. */
  readonly violations: string[]
  /** Permissions that the account lacks. */
  readonly forbidden: Set<string>
  /** A budget lets nobody go. */
  budget: boolean
  /** This many further requests get 429. */
  throttled: number
  /** Nothing is answered any more. */
  stalls: boolean
  readonly close: () => Promise<void>
}

export async function startKubernetesServer(): Promise<KubernetesServer> {
  const { cert, key } = selfSigned()
  const token = randomUUID()
  const state = {
    ...{
      ca: cert,
      token,
      objects: new Map<string, Json>(),
      changes: [] as string[],
      violations: [] as string[],
      forbidden: new Set<string>(),
    },
    ...{ budget: false, throttled: 0, stalls: false },
  }
  const server = createServer({ cert, key }, (request, response) => void answer(request, response))

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (self.stalls) return
    const { status, body } = handle(self, request, Buffer.concat(chunks).toString())
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const self: KubernetesServer = Object.assign(state, {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
  return self
}

interface Answer {
  readonly status: number
  readonly body: Json
}

/** A `Status` of meta/v1. */
const problem = (code: number, reason: string, message: string, causes: readonly Json[] = []): Answer => ({
  status: code,
  body: { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, reason, message, details: { causes } },
})

function handle(server: KubernetesServer, { method = '', url = '', headers }: IncomingMessage, text: string): Answer {
  if (headers.authorization !== `Bearer ${server.token}`) return problem(401, 'Unauthorized', 'Unauthorized')
  if (server.throttled > 0) {
    server.throttled--
    return problem(429, 'TooManyRequests', 'too many requests, please try again later')
  }
  const path = url.replace(/\?.*$/, '')
  const operation = OPERATIONS.find((one) => one.verb === method && one.path.test(path))
  if (operation === undefined) {
    server.violations.push(`there is no operation ${method} ${path}`)
    return problem(404, 'NotFound', 'the server could not find the requested resource')
  }
  if (server.forbidden.has(operation.permission)) {
    return problem(403, 'Forbidden', `User "agent" cannot ${operation.permission} at the cluster scope`)
  }
  const type = String(headers['content-type'] ?? '')
  const body = text === '' ? {} : (JSON.parse(text) as Json)
  if (operation.body !== undefined) {
    if (!operation.consumes?.includes(type)) server.violations.push(`${method} ${path} does not consume ${type}`)
    server.violations.push(...misfits(body, operation.body, method === 'PATCH').map((one) => `${method} ${path}: ${one}`))
  }
  if (method !== 'GET') server.changes.push(`${method} ${path} ${type}`)
  return perform(server, method, operation.path.exec(path)?.groups ?? {}, body)
}

/** What of a body is not as its definition says. In a patch, null takes a property away. */
function misfits(
  value: unknown,
  definition: Definition | 'string' | 'integer' | 'boolean' | 'map' | readonly [Definition | 'string'],
  isPatch: boolean,
  path = '',
): string[] {
  if (value === null && isPatch) return []
  if (typeof definition === 'string') {
    const fits = {
      string: typeof value === 'string',
      integer: Number.isInteger(value),
      boolean: typeof value === 'boolean',
      map: isTextMap(value, isPatch),
    }
    return fits[definition] ? [] : [`${path} is no ${definition}`]
  }
  if (Array.isArray(definition)) {
    const [of] = definition as readonly [Definition | 'string']
    return Array.isArray(value) ? value.flatMap((one, index) => misfits(one, of, isPatch, `${path}[${index}]`)) : [`${path} is no array`]
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`]
  return Object.entries(value).flatMap(([name, one]) => {
    const of = (definition as Definition)[name]
    return of === undefined ? [`${path}.${name} is not in the schema`] : misfits(one, of, isPatch, `${path}.${name}`)
  })
}

const isTextMap = (value: unknown, isPatch: boolean): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string' || (isPatch && one === null))

function perform(server: KubernetesServer, verb: string, groups: Record<string, string | undefined>, body: Json): Answer {
  const { namespace = '', plural = '', name = '', sub } = groups
  const key = `${plural}/${namespace}/${name}`
  const object = server.objects.get(key)
  if (name === '') return verb === 'GET' ? list(server, plural, namespace) : create(server, plural, namespace, body)
  if (object === undefined) return problem(404, 'NotFound', `${plural} "${name}" not found`)
  if (verb === 'GET') return { status: 200, body: sub === 'scale' ? scaleOf(object) : object }
  const mismatch = preconditionOf(body, object)
  if (mismatch !== undefined) return problem(409, 'Conflict', `Operation cannot be fulfilled on ${plural} "${name}": ${mismatch}`)
  if (verb === 'DELETE') {
    server.objects.delete(key)
    return { status: 200, body: { apiVersion: 'v1', kind: 'Status', status: 'Success' } }
  }
  if (sub === 'eviction') return evict(server, key, name)
  const merged = merge(object, body) as Json
  const version = { resourceVersion: String(Number(metaOf(object).resourceVersion) + 1) }
  const next = { ...merged, metadata: { ...metaOf(merged), ...version } }
  server.objects.set(key, sub === 'scale' ? { ...next, status: { replicas: (next as { spec?: Json }).spec?.replicas } } : next)
  return { status: 200, body: sub === 'scale' ? scaleOf(next) : next }
}

const metaOf = (object: Json): Json => (object.metadata ?? {}) as Json

/** The uid and the version that a request insists on, wherever it says so. */
function preconditionOf(body: Json, object: Json): string | undefined {
  const options = (body.deleteOptions ?? body) as { preconditions?: Json }
  const wanted: Json = { ...metaOf(body), ...options.preconditions }
  const differs = ['uid', 'resourceVersion'].find((part) => wanted[part] !== undefined && wanted[part] !== metaOf(object)[part])
  return differs === undefined
    ? undefined
    : `Precondition failed: ${differs} in precondition: ${wanted[differs]}, in object meta: ${metaOf(object)[differs]}`
}

function list(server: KubernetesServer, plural: string, namespace: string): Answer {
  const items = [...server.objects].flatMap(([key, object]) => (key.startsWith(`${plural}/${namespace}/`) ? [object] : []))
  return { status: 200, body: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', metadata: {}, items } }
}

function create(server: KubernetesServer, plural: string, namespace: string, body: Json): Answer {
  const object = { ...body, metadata: { ...metaOf(body), uid: randomUUID(), resourceVersion: '1' } }
  server.objects.set(`${plural}/${namespace}/${metaOf(body).name}`, object)
  return { status: 201, body: object }
}

function evict(server: KubernetesServer, key: string, name: string): Answer {
  if (server.budget) {
    const cause = { reason: 'DisruptionBudget', message: 'The disruption budget web needs 2 healthy pods and has 2 currently' }
    return problem(429, 'TooManyRequests', `Cannot evict pod as it would violate the pod's disruption budget. (${name})`, [cause])
  }
  server.objects.delete(key)
  return { status: 201, body: { apiVersion: 'v1', kind: 'Status', status: 'Success' } }
}

const scaleOf = ({ metadata, spec, status }: Json): Json => ({
  ...{ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata },
  spec: { replicas: (spec as Json).replicas },
  status: { replicas: (status as Json).replicas },
})

/** RFC 7386; for objects without lists a strategic patch is the same. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const result: Json = { ...(typeof target === 'object' && target !== null && !Array.isArray(target) ? (target as Json) : {}) }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else result[name] = merge(result[name], value)
  }
  return result
}
