/** Responses by way of Kubernetes, against a double of its API server that holds requests against the OpenAPI description: no cluster runs here. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Json, type KubernetesServer, startKubernetesServer } from '../../test/kubernetes-server.ts'
import { selfSigned } from '../../test/self-signed.ts'
import { createLog } from '../lib/log.ts'
import type { ActionContext, AnyAction, Done, UndoState } from './action.ts'
import { kubernetesCordonNode } from './actions/kubernetes-cordon-node.ts'
import { kubernetesEvictPod } from './actions/kubernetes-evict-pod.ts'
import { kubernetesIsolatePod } from './actions/kubernetes-isolate-pod.ts'
import { kubernetesLabelPod } from './actions/kubernetes-label-pod.ts'
import { kubernetesScaleToZero } from './actions/kubernetes-scale-to-zero.ts'
import { selects } from './kubernetes/selects.ts'
import type { Native } from './native.ts'
import type { ActionSubject } from './subject.ts'

const UID = '3e41dc6b-8c5e-4f7a-9d1b-0c2a5f6e7d80'
let server: KubernetesServer
let folder: string

beforeEach(async () => {
  server = await startKubernetesServer()
  folder = mkdtempSync(join(tmpdir(), 'tarsier-kubernetes-'))
  writeFileSync(join(folder, 'ca.crt'), server.ca)
  writeFileSync(join(folder, 'token'), `${server.token}\n`)
  const owned = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'rs', controller: true }] }
  put('pods/shop/web-1-a', { labels: { app: 'web' }, uid: UID, ...owned }, { spec: { nodeName: 'worker-3', containers: [] } })
  put('nodes//worker-3', { uid: 'node' }, { spec: {} })
  const owner = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'dep', controller: true }] }
  put('replicasets/shop/web-1', { uid: 'rs', ...owner }, { spec: { replicas: 3 }, status: { replicas: 3 } })
  put('deployments/shop/web', { uid: 'dep' }, { spec: { replicas: 3 }, status: { replicas: 3 } })
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
  expect(server.violations).toEqual([])
})

function put(key: string, metadata: Json, rest: Json): void {
  const [, namespace, name] = key.split('/')
  server.objects.set(key, { metadata: { namespace, name, resourceVersion: '7', ...metadata }, ...rest })
}
const seen = (key: string): { metadata: { labels?: Json }; spec: Json } => server.objects.get(key) as never

const context = (): ActionContext => ({
  native: {} as Native,
  proc: '/proc',
  cgroups: '/nowhere',
  state: folder,
  nowNs: () => 0,
  log: createLog({ write: () => undefined, format: 'text', level: 'error', colour: false, nowNs: () => 0 }),
  signal: AbortSignal.timeout(30_000),
})

const subjectOf = (pod: object = {}): ActionSubject => ({
  ...{ hostname: 'host', findingId: undefined, process: undefined, file: undefined, address: undefined },
  container: { id: 'ab'.repeat(32), name: 'app', image: undefined, pod: { namespace: 'shop', name: 'web-1-a', uid: UID, ...pod } },
})

function driver(action: AnyAction, more: object = {}, subject = subjectOf()) {
  const config = action.schema.parse({ apiServer: server.url, serviceAccount: folder, ...more }) as never
  return {
    reach: () => action.reach(subject, config, context()),
    run: (note: NonNullable<ActionContext['note']> = () => undefined) => action.run(subject, config, { ...context(), note }),
    verify: (done: Done) => action.verify(subject, config, done, context()),
    undo: (done: Done) => action.undo?.(JSON.parse(JSON.stringify(done.undo)), context()),
  }
}

const nothingDone: Done = { summary: '', detail: {}, undo: undefined }
const POD = '/api/v1/namespaces/shop/pods/web-1-a'
const MERGE = 'application/merge-patch+json'

describe('a double of the API server', () => {
  test('labels a pod by a merge patch, and takes the label away', async () => {
    const label = driver(kubernetesLabelPod)
    expect(await label.verify(nothingDone)).toMatchObject({ verified: false })
    const done = await label.run()
    expect(seen('pods/shop/web-1-a').metadata.labels).toEqual({ app: 'web', 'tarsier.io/quarantine': 'true' })
    expect(await label.verify(done)).toEqual({ verified: true, summary: 'the API server says tarsier.io/quarantine=true' })
    expect(await label.undo(done)).toBe('tarsier.io/quarantine was taken away')
    expect(seen('pods/shop/web-1-a').metadata.labels).toEqual({ app: 'web' })
    expect(server.changes).toEqual([`PATCH ${POD} ${MERGE}`, `PATCH ${POD} ${MERGE}`])
  })

  test('a label that was another is that again, unless somebody changed it meanwhile', async () => {
    const label = driver(kubernetesLabelPod, { label: 'app', value: 'quarantined' })
    const done = await label.run()
    expect(await label.undo(done)).toBe('app is web again')
    await label.run()
    put('pods/shop/web-1-a', { uid: UID, labels: { app: 'elsewhere' } }, { spec: {} })
    expect(await label.undo(done)).toBe('somebody changed app meanwhile; it is left as it is')
  })

  test('cordons the node of the pod by a strategic patch, and uncordons it', async () => {
    const cordon = driver(kubernetesCordonNode)
    const done = await cordon.run()
    expect(seen('nodes//worker-3').spec).toEqual({ unschedulable: true })
    expect(await cordon.verify(done)).toEqual({ verified: true, summary: 'the API server says that worker-3 is unschedulable' })
    expect(await cordon.run()).toMatchObject({ summary: 'somebody cordoned worker-3 before', undo: undefined })
    expect(await cordon.undo(done)).toBe('the node worker-3 was uncordoned')
    expect(seen('nodes//worker-3').spec).toEqual({})
    expect(server.changes[0]).toBe('PATCH /api/v1/nodes/worker-3 application/strategic-merge-patch+json')
  })

  test('evicts a pod, of that uid alone', async () => {
    const evict = driver(kubernetesEvictPod, { graceSeconds: 0 })
    const done = await evict.run()
    expect(server.objects.has('pods/shop/web-1-a')).toBe(false)
    expect(await evict.verify(done)).toEqual({ verified: true, summary: 'the API server has no such pod any more' })
    put('pods/shop/web-1-a', { uid: 'another' }, { spec: {} })
    expect(await evict.verify(done)).toEqual({ verified: true, summary: 'the pod of that name is another by now' })
    await expect(evict.run()).rejects.toThrow('the pod shop/web-1-a is another by now')
  })

  test('an eviction that a disruption budget forbids says so, and did not happen', async () => {
    server.budget = true
    const evict = driver(kubernetesEvictPod, { waitMs: 0 })
    await expect(evict.run()).rejects.toThrow(/a disruption budget forbids it now: .*needs 2 healthy pods and has 2/)
    expect(await evict.verify({ ...nothingDone, detail: { uid: UID } })).toEqual({ verified: false, summary: 'the pod is not ending' })
  })

  test('isolates a pod by a policy for a label of its own, and takes both away', async () => {
    const isolate = driver(kubernetesIsolatePod, { allowFrom: ['10.0.8.15/32'] })
    const done = await isolate.run()
    const name = 'tarsier-isolate-web-1-a-3e41dc6b'
    expect(seen(`networkpolicies/shop/${name}`).spec).toEqual({
      podSelector: { matchLabels: { 'tarsier.io/isolated': UID } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ ipBlock: { cidr: '10.0.8.15/32' } }] }],
      egress: [],
    })
    expect(await isolate.verify(done)).toMatchObject({ verified: true })
    expect(await isolate.undo(done)).toBe('the NetworkPolicy was deleted, and the label taken away')
    expect(seen('pods/shop/web-1-a').metadata.labels).toEqual({ app: 'web' })
    expect(server.objects.has(`networkpolicies/shop/${name}`)).toBe(false)
    expect(await isolate.undo(done)).toBe('the NetworkPolicy was gone before, and the label taken away')
  })

  test.each([
    [{ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{}] }, false],
    [{ podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] }, false],
    [{ podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'], ingress: [{}] }, true],
    [{ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, true],
  ])('isolation counts only where no other policy lets the pod through: %j', async (spec, verified) => {
    put('networkpolicies/shop/other', { uid: 'np' }, { spec: spec as Json })
    const isolate = driver(kubernetesIsolatePod)
    const answer = await isolate.verify(await isolate.run())
    expect(answer.verified).toBe(verified)
    if (!verified) expect(answer.summary).toBe('other NetworkPolicies let this pod through: other')
  })

  test('scales the topmost owner to zero, and to what it was', async () => {
    const scale = driver(kubernetesScaleToZero, { waitMs: 0 })
    expect((await scale.reach()).containers).toEqual([1, 2, 3].map((pod) => `Deployment shop/web pod ${pod} of 3`))
    const done = await scale.run()
    expect(done.summary).toBe('Deployment shop/web was scaled from 3 to 0')
    expect(seen('deployments/shop/web').spec.replicas).toBe(0)
    expect(seen('replicasets/shop/web-1').spec.replicas).toBe(3)
    expect(await scale.verify(done)).toEqual({ verified: true, summary: 'the API server says that Deployment shop/web has no pods' })
    expect(await scale.undo(done)).toBe('Deployment shop/web was scaled to 3 again')
    expect(seen('deployments/shop/web').spec.replicas).toBe(3)
    expect(await scale.undo(done)).toBe('somebody scaled it to 3 before')
    expect(server.changes[0]).toBe(`PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale ${MERGE}`)
  })

  test.each([kubernetesLabelPod, kubernetesCordonNode, kubernetesIsolatePod, kubernetesScaleToZero])(
    '$name: what is noted before anything is changed takes it back, should the agent be killed',
    async (action) => {
      const objects = (): string => JSON.stringify([...server.objects]).replace(/"resourceVersion":"\d+"/g, '')
      const one = driver(action)
      const before = objects()
      const noted: UndoState[] = []
      await one.run((state) => server.changes.length > 0 || noted.push(state))
      expect(objects()).not.toBe(before)
      await one.undo({ ...nothingDone, undo: noted[0] })
      expect([noted.length, objects()]).toEqual([1, before])
    },
  )

  test('a workload whose pods stay is not believed to be at zero', async () => {
    const scale = driver(kubernetesScaleToZero, { waitMs: 0 })
    const done = await scale.run()
    put('deployments/shop/web', { uid: 'dep' }, { spec: { replicas: 0 }, status: { replicas: 2 } })
    expect(await scale.verify(done)).toEqual({ verified: false, summary: 'Deployment shop/web is scaled to 0, but 2 pods are there' })
  })

  test('what a DaemonSet manages cannot be scaled', async () => {
    const owned = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'log', uid: 'ds', controller: true }] }
    put('pods/shop/web-1-a', { uid: UID, ...owned }, { spec: {} })
    await expect(driver(kubernetesScaleToZero).run()).rejects.toThrow('managed by DaemonSet log, which cannot be scaled')
  })
})

describe('what the double refuses', () => {
  test('a missing permission is told with its name', async () => {
    server.forbidden.add('patch pods')
    const failure = driver(kubernetesLabelPod).run()
    await expect(failure).rejects.toThrow(/the account of the agent may not patch pods: User "agent" cannot patch pods/)
    await expect(failure).rejects.toMatchObject({ cause: { fix: expect.stringContaining('deploy/kubernetes/response-role.yaml') } })
  })

  test('who scaled it meanwhile is not overruled (409)', async () => {
    put('deployments/shop/web', { uid: 'dep', resourceVersion: '7' }, { spec: { replicas: 3 }, status: { replicas: 3 } })
    const original = server.objects.get.bind(server.objects)
    let reads = 0
    server.objects.get = (key) => {
      const object = original(key) as { metadata: Json } | undefined
      // The third look at it is that of the patch.
      if (key !== 'deployments/shop/web' || ++reads < 3) return object
      return { ...object, metadata: { ...object?.metadata, resourceVersion: '8' } }
    }
    await expect(driver(kubernetesScaleToZero).run()).rejects.toThrow('it was changed meanwhile, or is another')
  })

  test('too many requests (429) are no disruption budget', async () => {
    server.throttled = 1
    await expect(driver(kubernetesEvictPod).run()).rejects.toThrow('get pods: too many requests')
  })

  test('a wrong token', async () => {
    writeFileSync(join(folder, 'token'), 'another')
    await expect(driver(kubernetesLabelPod).run()).rejects.toThrow('the API server does not know the token')
  })

  test('a server that another authority signed is told nothing', async () => {
    writeFileSync(join(folder, 'ca.crt'), selfSigned().cert)
    await expect(driver(kubernetesLabelPod).run()).rejects.toThrow(/no answer: .*(self-signed|unable to verify)/)
    expect(server.changes).toEqual([])
  })

  test('a server that does not answer', async () => {
    server.stalls = true
    const config = kubernetesLabelPod.schema.parse({ apiServer: server.url, serviceAccount: folder }) as never
    const soon = { ...context(), signal: AbortSignal.timeout(2_000) }
    await expect(kubernetesLabelPod.run(subjectOf(), config, soon)).rejects.toThrow('the time of the action is over')
  })

  test.each([
    ['no pod', undefined, 'the container belongs to no pod'],
    ['a way up', { name: '../../nodes/worker-3' }, 'is no name of a pod'],
    ['a namespace with a query', { namespace: 'shop?x=' }, 'is no name of a pod'],
    ['a line end', { name: 'web\n' }, 'is no name of a pod'],
    ['another pod', { uid: 'f'.repeat(36) }, 'is another by now'],
    ['a pod that is gone', { name: 'gone' }, 'the pod shop/gone is gone'],
  ])('a subject with %s', async (_, pod, message) => {
    const subject = subjectOf(pod)
    const asked = pod === undefined ? { ...subject, container: { id: 'x', name: 'x', image: undefined, pod: undefined } } : subject
    await expect(driver(kubernetesLabelPod, {}, asked).run()).rejects.toThrow(message)
  })
})

describe('credentials', () => {
  const kubeconfig = (cluster: Json): string => {
    const path = join(folder, 'config')
    const user = { name: 'u', user: { token: server.token } }
    const config = {
      clusters: [{ name: 'c', cluster }],
      users: [user],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
    return path
  }

  test('of a kubeconfig', async () => {
    const path = kubeconfig({ server: server.url, 'certificate-authority-data': Buffer.from(server.ca).toString('base64') })
    const done = await driver(kubernetesLabelPod, { kubeconfig: path }).run()
    expect(done.undo).toMatchObject({ kubeconfig: path })
  })

  test.each([
    ['without TLS', () => ({ server: 'http://127.0.0.1:1' }), 'is no https address'],
    ['that trusts anybody', () => ({ server: server.url, 'insecure-skip-tls-verify': true }), 'insecure-skip-tls-verify'],
  ])('of a kubeconfig %s are not used', async (_, cluster, message) => {
    await expect(driver(kubernetesLabelPod, { kubeconfig: kubeconfig(cluster()) }).run()).rejects.toThrow(message)
  })

  test('of a kubeconfig that others can write are not used', async () => {
    const path = kubeconfig({ server: server.url })

    chmodSync(path, 0o666)
    await expect(driver(kubernetesLabelPod, { kubeconfig: path }).run()).rejects.toThrow('others than root can write')
  })

  test('of a pod, where Kubernetes says where its API server is', async () => {
    const { hostname, port } = new URL(server.url)
    Object.assign(process.env, { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port })
    try {
      expect((await driver(kubernetesLabelPod, { apiServer: undefined }).run()).summary).toContain('was given')
    } finally {
      delete process.env.KUBERNETES_SERVICE_HOST
      delete process.env.KUBERNETES_SERVICE_PORT
    }
    await expect(driver(kubernetesLabelPod, { apiServer: undefined }).run()).rejects.toThrow('this is no pod of Kubernetes')
  })

  test('that are not there', async () => {
    await expect(driver(kubernetesLabelPod, { serviceAccount: '/nowhere' }).run()).rejects.toThrow(/no API server .* ENOENT/)
  })
})

test.each([
  [{ matchLabels: {}, matchExpressions: [] }, true],
  [{ matchLabels: { app: 'web' }, matchExpressions: [] }, true],
  [{ matchLabels: { app: 'db' }, matchExpressions: [] }, false],
  [{ matchLabels: { toString: 'x' }, matchExpressions: [] }, false],
  [{ matchLabels: {}, matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'web'] }] }, true],
  [{ matchLabels: {}, matchExpressions: [{ key: 'tier', operator: 'In', values: [''] }] }, false],
  [{ matchLabels: {}, matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
  [{ matchLabels: {}, matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['web'] }] }, true],
  [{ matchLabels: {}, matchExpressions: [{ key: 'app', operator: 'Exists', values: [] }] }, true],
  [{ matchLabels: {}, matchExpressions: [{ key: 'app', operator: 'DoesNotExist', values: [] }] }, false],
])('the selector %j takes a pod with app=web: %s', (selector, expected) => {
  expect(selects(selector, { app: 'web' })).toBe(expected)
})
