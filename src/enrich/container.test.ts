import { describe, expect, test } from 'vitest'
import { readCgroup } from './cgroup.ts'
import { createContainers } from './container.ts'
import { claimsOf } from './container-claim.ts'
import { parseImageReference } from './image-reference.ts'
import { sampleHost } from './sample-host.ts'

const ID = '3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e'
const OTHER = 'f'.repeat(64)
const POD = '3e41dc6b-08a8-44db-bc2a-3724b18ab19a'
const POD_UNIT = POD.replaceAll('-', '_')

/** Paths with the runtime and id that their shape stands for; an empty runtime: to be confirmed. */
const SHAPES: readonly (readonly [sentence: string, path: string, claims: readonly object[]])[] = [
  ['Docker, cgroupfs driver', `/docker/${ID}`, [{ runtime: 'docker', id: ID }]],
  ['Docker, systemd driver', `/system.slice/docker-${ID}.scope`, [{ runtime: 'docker', id: ID }]],
  [
    'Docker, rootless',
    `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope`,
    [{ runtime: 'docker', id: ID, ofUser: true }],
  ],
  ['nerdctl, systemd driver', `/system.slice/nerdctl-${ID}.scope`, [{ runtime: 'containerd', id: ID }]],
  [
    'ctr in containerd',
    '/default/demo',
    [
      { runtime: '', id: 'default' },
      { runtime: '', id: 'demo' },
    ],
  ],
  ['runc by hand', '/demo', [{ runtime: '', id: 'demo' }]],
  [
    'Kubernetes, systemd driver, containerd',
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD_UNIT}.slice/cri-containerd-${ID}.scope`,
    [{ runtime: 'containerd', id: ID, podUid: POD }],
  ],
  [
    'Kubernetes, systemd driver, cri-o, guaranteed',
    `/kubepods.slice/kubepods-pod${POD_UNIT}.slice/crio-${ID}.scope`,
    [{ runtime: 'cri-o', id: ID, podUid: POD }],
  ],
  ['Kubernetes, cgroupfs driver, best effort', `/kubepods/besteffort/pod${POD}/${ID}`, [{ runtime: 'containerd', id: ID, podUid: POD }]],
  [
    'a kubelet with the systemd driver over a containerd without',
    `/system.slice/containerd.service/kubepods-burstable-pod${POD_UNIT}.slice:cri-containerd:${ID}`,
    [{ runtime: 'containerd', id: ID, podUid: POD }],
  ],
  [
    'a static pod, whose uid is a hash',
    `/kubepods/burstable/pod${'a'.repeat(32)}/${ID}`,
    [{ runtime: 'containerd', id: ID, podUid: 'a'.repeat(32) }],
  ],
  [
    'kind: a pod in a node that is a Docker container',
    `/docker/${OTHER}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${POD_UNIT}.slice/cri-containerd-${ID}.scope`,
    [
      { runtime: 'docker', id: OTHER },
      { runtime: 'containerd', id: ID, podUid: POD },
    ],
  ],
  ['podman', `/machine.slice/libpod-${ID}.scope/container`, [{ runtime: 'podman', id: ID }]],
  [
    'podman, rootless',
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container`,
    [{ runtime: 'podman', id: ID, ofUser: true }],
  ],
  ['podman in a systemd service', `/system.slice/web.service/libpod-payload-${ID}`, [{ runtime: 'podman', id: ID }]],
  ['LXC', '/lxc.payload.web/init.scope', [{ runtime: 'lxc', id: 'web' }]],
  ['LXC, version 1', '/lxc/web', [{ runtime: 'lxc', id: 'web' }]],
  ['systemd-nspawn', '/machine.slice/systemd-nspawn@my\\x2dbox.service/payload', [{ runtime: 'systemd-nspawn', id: 'my-box' }]],
  ['a registered machine', '/machine.slice/machine-box.scope', [{ runtime: 'systemd-nspawn', id: 'box' }]],
  ['a virtual machine is no container', '/machine.slice/machine-qemu\\x2d1\\x2dvm.scope', []],
  ['what watches over a podman container is outside of it', `/machine.slice/libpod-conmon-${ID}.scope`, []],
  ['what watches over a cri-o container is outside of it', `/system.slice/crio-conmon-${ID}.scope`, []],
  ['what watches over an LXC container is outside of it', '/lxc.monitor.web', []],
  ['a service', '/system.slice/ssh.service', []],
  ['a session', '/user.slice/user-1000.slice/session-4.scope', []],
  ['the root', '/', []],
  [
    '64 hex digits somewhere',
    `/batch/jobs/${ID}`,
    [
      { runtime: '', id: 'batch' },
      { runtime: '', id: ID },
    ],
  ],
  ['63 hex digits', `/docker/${ID.slice(1)}`, []],
  ['capitals are no id', `/docker/${ID.toUpperCase()}`, []],
]

describe('the path of a cgroup', () => {
  test.each(SHAPES)('%s', (_, path, expected) => {
    expect(claimsOf(path)).toEqual(expected)
  })
})

describe('/proc/PID/cgroup', () => {
  test('version 2 comes first', () => {
    const facts = readCgroup(`3:memory:/docker/${ID}\n0::/system.slice/docker-${ID}.scope\n`)
    expect(facts).toMatchObject({ path: `/system.slice/docker-${ID}.scope`, unit: `docker-${ID}.scope`, claims: [{ id: ID }] })
  })

  test('a host with both versions and an empty version 2 is read by version 1', () => {
    const facts = readCgroup('9:name=systemd:/\n4:memory:/demo\n1:cpu,cpuacct:/\n0::/\n')
    expect(facts.path).toBe('/demo')
    expect(facts.claims).toEqual([{ runtime: '', id: 'demo' }])
    expect(facts.paths).toContainEqual({ controllers: 'cpu,cpuacct', path: '/' })
  })

  test("paths outside of the reader's own cgroup namespace lose their dots", () => {
    expect(readCgroup('0::/../../system.slice/ssh.service\n')).toMatchObject({ path: '/system.slice/ssh.service', unit: 'ssh.service' })
  })

  test.each(['', 'nonsense', '0:', '0::relative', ':::', '\0'.repeat(100)])('hostile text %j gives nothing', (text) => {
    expect(readCgroup(text)).toMatchObject({ paths: [], path: '', claims: [] })
  })
})

const oci = JSON.stringify({
  ociVersion: '1.0.2',
  process: { capabilities: { bounding: ['CAP_SYS_ADMIN', 'CAP_SYS_MODULE'] } },
  mounts: [{ destination: '/etc/hosts', source: '/var/lib/hosts', options: ['rbind', 'rprivate', 'ro'] }],
  linux: { namespaces: [{ type: 'pid' }, { type: 'ipc' }, { type: 'mount' }], resources: { devices: [{ allow: true, access: 'rwm' }] } },
  annotations: {
    'io.kubernetes.cri.image-name': 'registry.example:5000/team/web:1.2@sha256:abc',
    'io.kubernetes.cri.container-name': 'web',
    'io.kubernetes.cri.container-type': 'container',
    'io.kubernetes.cri.sandbox-name': 'web-0',
    'io.kubernetes.cri.sandbox-namespace': 'shop',
    'io.kubernetes.cri.sandbox-uid': POD,
    'io.kubernetes.cri.sandbox-id': OTHER,
  },
})
const dockerConfig = JSON.stringify({
  Name: '/web',
  Image: `sha256:${OTHER}`,
  State: { StartedAt: '2026-11-22T20:00:00.5Z' },
  Config: { Image: 'nginx', Labels: { app: 'shop', 'io.kubernetes.pod.name': 'web-0' } },
  MountPoints: { '/data': { Source: '/srv', Destination: '/data', Mode: 'z', RW: true, Propagation: 'rprivate' } },
  NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2' } } },
})
const crioConfig = JSON.stringify({
  annotations: {
    'io.kubernetes.cri-o.ImageName': 'quay.io/team/api:3',
    'io.kubernetes.container.name': 'api',
    'io.kubernetes.pod.name': 'api-0',
    'io.kubernetes.pod.namespace': 'shop',
    'io.kubernetes.cri-o.PrivilegedRuntime': 'true',
    'io.kubernetes.cri-o.Labels': '{"app":"api"}',
  },
})
const TASKS = '/run/containerd/io.containerd.runtime.v2.task'
const FILES: Readonly<Record<string, string>> = {
  [`${TASKS}/k8s.io/${ID}/config.json`]: oci,
  [`${TASKS}/default/demo/config.json`]: '{"ociVersion":"1.0.2"}',
  [`/var/lib/docker/containers/${OTHER}/config.v2.json`]: dockerConfig,
  [`/var/lib/docker/containers/${OTHER}/hostconfig.json`]: '{"Privileged":true,"PidMode":"host"}',
  [`/run/containers/storage/overlay-containers/${'c'.repeat(64)}/userdata/config.json`]: crioConfig,
  [`/run/containers/storage/overlay-containers/${'d'.repeat(64)}/userdata/config.json`]:
    '{"annotations":{"io.container.manager":"libpod"}}',
  '/var/lib/containers/storage/overlay-containers/containers.json': JSON.stringify([
    { id: 'd'.repeat(64), names: ['pod-web'], image: OTHER, metadata: '{"image-name":"docker.io/library/redis:7","name":"cache"}' },
  ]),
  '/run/runc/hand/state.json': '{"id":"hand","created":"2026-11-22T20:00:00Z","config":{"labels":["bundle=/srv/bundle"]}}',
  '/srv/bundle/config.json': oci,
}
const host = sampleHost({
  file: (path) => (FILES[path] === undefined ? undefined : { text: FILES[path], mtimeNs: 5e18 }),
  directory: (path) => (path === TASKS ? ['default', 'k8s.io', 'moby'] : []),
})
const containerAt = (path: string) => createContainers(host).of(readCgroup(`0::${path}\n`), 0)

describe('the state that runtimes leave', () => {
  test('containerd tells image, pod, mounts and privileges', () => {
    expect(containerAt(`/kubepods/besteffort/pod${POD}/${ID}`)).toEqual({
      ...{ id: ID.slice(0, 12), fullId: ID, runtime: 'containerd', name: 'web', podName: 'web-0', podNamespace: 'shop', podUid: POD },
      ...{ sandboxId: OTHER, image: 'registry.example:5000/team/web:1.2@sha256:abc', imageRepository: 'registry.example:5000/team/web' },
      ...{ imageTag: '1.2', imageDigest: 'sha256:abc', privileged: true, startTimeNs: 5e18 },
      ...{ hostPid: false, hostIpc: false, hostNetwork: true },
      mounts: [
        { source: '/var/lib/hosts', destination: '/etc/hosts', mode: 'rbind,rprivate,ro', writable: false, propagation: 'rprivate' },
      ],
    })
  })

  test('Docker tells name, labels, address and mounts', () => {
    expect(containerAt(`/docker/${OTHER}`)).toMatchObject({
      ...{ id: 'ffffffffffff', runtime: 'docker', name: 'web', image: 'nginx', imageRepository: 'nginx', imageId: 'ffffffffffff' },
      ...{ privileged: true, hostPid: true, hostNetwork: false, ip: '172.17.0.2', podName: 'web-0', labels: { app: 'shop' } },
      startTimeNs: Date.parse('2026-11-22T20:00:00.5Z') * 1e6,
      mounts: [{ source: '/srv', destination: '/data', mode: 'z', writable: true, propagation: 'rprivate' }],
    })
  })

  test('cri-o tells image, pod and labels', () => {
    expect(containerAt(`/kubepods.slice/kubepods-pod${POD_UNIT}.slice/crio-${'c'.repeat(64)}.scope`)).toMatchObject({
      ...{ runtime: 'cri-o', name: 'api', podName: 'api-0', podNamespace: 'shop', imageRepository: 'quay.io/team/api', imageTag: '3' },
      ...{ privileged: true, podLabels: { app: 'api' } },
    })
  })

  test('podman tells name and image in its list', () => {
    expect(containerAt(`/machine.slice/libpod-${'d'.repeat(64)}.scope`)).toMatchObject({
      runtime: 'podman',
      name: 'cache',
      imageRepository: 'docker.io/library/redis',
    })
  })

  test("runc tells its bundle, and the bundle's config the rest", () => {
    expect(containerAt('/hand')).toMatchObject({ id: 'hand', runtime: 'runc', privileged: true, mounts: [{ destination: '/etc/hosts' }] })
  })

  test('a name that containerd knows in a namespace is a container', () => {
    expect(containerAt('/default/demo')).toMatchObject({ id: 'demo', runtime: 'containerd' })
  })

  test.each(['/demo-2', `/batch/${ID.replace('3', '4')}`, '/default/other', '/hand.service'])(
    '%s, which no runtime knows, is no container',
    (path) => {
      expect(containerAt(path)).toBeUndefined()
    },
  )

  test('the container that the host knows counts, whatever its inside is called', () => {
    expect(containerAt(`/docker/${OTHER}/docker/${'e'.repeat(64)}`)).toMatchObject({ fullId: OTHER, name: 'web' })
    expect(containerAt(`/hand/docker-${'e'.repeat(64)}.scope`)).toMatchObject({ runtime: 'runc' })
  })

  test('who sits in a container without state cannot call it by the name of another', () => {
    expect(containerAt(`/docker/${'e'.repeat(64)}/docker-${OTHER}.scope`)).toMatchObject({ fullId: 'e'.repeat(64) })
  })

  test('a user of the host cannot call a cgroup of his by the name of a container of root', () => {
    const own = '/user.slice/user-1000.slice/user@1000.service/app.slice'
    expect(containerAt(`${own}/docker-${OTHER}.scope`)).toBeUndefined()
    expect(containerAt(`${own}/${OTHER}`)).toBeUndefined()
    expect(containerAt(`${own}/libpod-${'e'.repeat(64)}.scope`)).toMatchObject({ runtime: 'podman' })
  })

  test('without state the shape is believed', () => {
    expect(containerAt(`/docker/${'e'.repeat(64)}`)).toEqual({ id: 'eeeeeeeeeeee', fullId: 'e'.repeat(64), runtime: 'docker' })
  })

  test('state that comes later is found, without looking for it at every event', () => {
    const files: Record<string, string> = {}
    let asked = 0
    const late = sampleHost({
      file: (path) => {
        asked++
        return files[path] === undefined ? undefined : { text: files[path], mtimeNs: 1 }
      },
    })
    const containers = createContainers(late)
    const cgroup = readCgroup(`0::/docker/${OTHER}\n`)
    expect(containers.of(cgroup, 0)?.name).toBeUndefined()
    const once = asked
    for (let time = 0; time < 100e6; time += 1e6) containers.of(cgroup, time)
    expect(asked).toBe(once)
    files[`/var/lib/docker/containers/${OTHER}/config.v2.json`] = dockerConfig
    expect(containers.of(cgroup, 300e6)?.name).toBe('web')
  })

  test.each([
    '[]',
    'null',
    '{"mounts":5,"process":[],"linux":{"namespaces":"x"},"annotations":{"io.kubernetes.cri.image-name":{}}}',
    '{',
    '1e999',
  ])('hostile config %s is no failure', (text) => {
    const hostile = sampleHost({ file: () => ({ text, mtimeNs: 1 }), directory: () => ['default'] })
    expect(() => createContainers(hostile).of(readCgroup(`0::/docker/${ID}\n`), 0)).not.toThrow()
    expect(() => createContainers(hostile).of(readCgroup('0::/default/x\n'), 0)).not.toThrow()
  })

  test('an id never leads out of its folder', () => {
    const asked: string[] = []
    const watching = sampleHost({
      file: (path) => {
        asked.push(path)
        return undefined
      },
    })
    const containers = createContainers(watching)
    for (const path of ['/lxc/..', '/lxc.payload...', '/../..', '/lxc/.ssh', '/lxc/a\\x2fb']) containers.of(readCgroup(`0::${path}\n`), 0)
    expect(asked.filter((path) => path.includes('/..') || path.includes('/.ssh') || path.includes('a/b'))).toEqual([])
  })
})

describe('an image reference', () => {
  test.each([
    ['nginx', { repository: 'nginx' }],
    ['nginx:1.27', { repository: 'nginx', tag: '1.27' }],
    ['localhost:5000/a/b', { repository: 'localhost:5000/a/b' }],
    ['localhost:5000/a/b:2', { repository: 'localhost:5000/a/b', tag: '2' }],
    ['a/b@sha256:00', { repository: 'a/b', digest: 'sha256:00' }],
    ['a/b:1@sha256:00', { repository: 'a/b', tag: '1', digest: 'sha256:00' }],
  ])('%s', (reference, expected) => {
    expect(parseImageReference(reference)).toEqual(expected)
  })
})
