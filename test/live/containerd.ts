/** A containerd of its own, in a temporary folder: containers by `ctr` from a root file system, pods by CRI from images made by hand. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { callGrpc } from '../../src/respond/runtimes/grpc.ts'
import { encode, type Fields, type FieldValue } from '../../src/respond/runtimes/protobuf.ts'

/** Also where set-up lays programs for tests. The daemon looks for its shims on PATH. */
const UNPACKED = fileURLToPath(new URL('../../build/programs/usr/bin', import.meta.url))
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:${UNPACKED}` }

/** Why none can be run here; undefined where one can. */
export function cannotRunContainerd(): string | undefined {
  if (process.getuid?.() !== 0) return 'containerd needs root'
  const answer = spawnSync('containerd', ['--version'], { env })
  return answer.error === undefined ? undefined : 'there is no containerd: npm test fetches it'
}

export interface Containerd {
  readonly socket: string
  /** Runs test/live/programs/lingering.c with these arguments, in that namespace, by `ctr run`. */
  readonly run: (namespace: string, id: string, args: readonly string[]) => void
  /** The same as a container of a pod. @returns its id */
  readonly runInPod: (name: string, args: readonly string[]) => Promise<string>
  /** Ends what runs in it, and it; nothing is left. */
  readonly end: () => Promise<void>
}

/** Of a folder that the shims insist on. */
const SHIMS = '/run/containerd'
const IMAGE = 'tarsier.test/lingering:1'
const NAMESPACES = ['default', 'other', 'k8s.io']

export async function startContainerd(): Promise<Containerd> {
  const hadShims = existsSync(SHIMS)
  const before = new Set(controlGroups())
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-cd-'))
  const socket = join(folder, 'c.sock')
  const rootfs = join(folder, 'rootfs')
  mkdirSync(join(rootfs, 'proc'), { recursive: true })
  compile(join(rootfs, 'lingering'))
  writeFileSync(join(folder, 'config.toml'), configOf(folder, socket))
  const log: Buffer[] = []
  const daemon = spawn('containerd', ['--config', join(folder, 'config.toml')], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  daemon.stderr.on('data', (chunk: Buffer) => log.push(chunk))
  const gone = new Promise((resolve) => daemon.once('exit', resolve))
  const ctr = (namespace: string, ...args: readonly string[]) =>
    spawnSync('ctr', ['--address', socket, '--namespace', namespace, ...args], { env, encoding: 'utf8' })
  const must = (namespace: string, ...args: readonly string[]): void => {
    const { status, stderr } = ctr(namespace, ...args)
    if (status !== 0) throw new Error(`ctr ${args.join(' ')}: ${stderr}\n${Buffer.concat(log).toString().slice(-2000)}`)
  }
  for (let tries = 0; ctr('default', 'version').status !== 0; tries++) {
    if (tries > 100) throw new Error(`containerd does not answer: ${Buffer.concat(log).toString().slice(-2000)}`)
    await sleep(100)
  }
  const pods = podsOf(socket)
  let imported = false

  async function end(): Promise<void> {
    for (const pod of pods.started) await pods.remove(pod)
    for (const namespace of NAMESPACES) {
      const { stdout } = ctr(namespace, 'tasks', 'ls', '-q')
      for (const id of stdout.split('\n').filter(Boolean)) {
        ctr(namespace, 'tasks', 'resume', id)
        ctr(namespace, 'tasks', 'rm', '--force', id)
      }
    }
    daemon.kill('SIGTERM')
    await gone
    unmountBelow(folder)
    rmSync(folder, { recursive: true, force: true })
    for (const path of controlGroups()) if (!before.has(path)) removeFolders(path)
    if (!hadShims && existsSync(SHIMS)) removeFolders(SHIMS)
  }

  return {
    socket,
    run: (namespace, id, args) => must(namespace, 'run', '--rootfs', '--detach', rootfs, id, '/lingering', ...args),
    runInPod: async (name, args) => {
      if (!imported) must('k8s.io', 'images', 'import', '--snapshotter', 'native', imageOf(folder, rootfs))
      imported = true
      return pods.run(name, args)
    },
    end,
  }
}

function compile(path: string): void {
  execFileSync('cc', ['-O1', '-static', '-o', path, fileURLToPath(new URL('programs/lingering.c', import.meta.url))])
}

/** `restrict_oom_score_adj`: where root may not lower it, pods would not start. */
const configOf = (folder: string, socket: string): string => `
version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGE}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
  [plugins."io.containerd.grpc.v1.cri".cni]
    conf_dir = "${folder}/cni"
`

/** An archive as \`docker save\` makes them: one layer, which serves as the image of the pod's own container as well. */
function imageOf(folder: string, rootfs: string): string {
  const image = join(folder, 'image')
  mkdirSync(image)
  execFileSync('tar', ['-C', rootfs, '-cf', join(image, 'layer.tar'), '.'])
  const digest = createHash('sha256')
    .update(execFileSync('cat', [join(image, 'layer.tar')], { maxBuffer: 64 << 20 }))
    .digest('hex')
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/lingering', '0'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  }
  writeFileSync(join(image, 'config.json'), JSON.stringify(config))
  writeFileSync(join(image, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [IMAGE], Layers: ['layer.tar'] }]))
  execFileSync('tar', ['-C', image, '-cf', join(folder, 'image.tar'), 'manifest.json', 'config.json', 'layer.tar'])
  return join(folder, 'image.tar')
}

type Message = readonly (readonly [number, FieldValue])[]

/** As a kubelet would: numbers of kubernetes/cri-api pkg/apis/runtime/v1. */
function podsOf(socket: string) {
  const started: string[] = []
  async function call(method: string, message: Message): Promise<Fields> {
    const question = { runtime: 'cri', socket, method: `/runtime.v1.RuntimeService/${method}`, request: encode(message) } as const
    const answer = await callGrpc(question, { timeoutMs: 30_000, signal: new AbortController().signal })
    if (answer.kind !== 'ok') throw new Error(`${method}: ${answer.kind}`)
    return answer.fields
  }
  async function run(name: string, args: readonly string[]): Promise<string> {
    const metadata = encode([
      [1, name],
      [2, `uid-${name}`],
      [3, 'shop'],
    ])
    // The host's network (NODE is 2): there is no CNI.
    const linux = encode([[2, encode([[1, encode([[1, 2]])]])]])
    const config = encode([
      [1, metadata],
      [8, linux],
    ])
    const pod = (await call('RunPodSandbox', [[1, config]])).text(1)
    started.push(pod)
    const container = encode([
      [1, encode([[1, 'app']])],
      [2, encode([[1, IMAGE]])],
      [3, '/lingering'],
      ...args.map((arg) => [4, arg] as const),
    ])
    const created: Message = [
      [1, pod],
      [2, container],
      [3, config],
    ]
    const id = (await call('CreateContainer', created)).text(1)
    await call('StartContainer', [[1, id]])
    return id
  }
  async function remove(pod: string): Promise<void> {
    await call('StopPodSandbox', [[1, pod]])
    await call('RemovePodSandbox', [[1, pod]])
  }
  return { started, run, remove }
}

function unmountBelow(folder: string): void {
  const mounts = execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' })
  const below = mounts.split('\n').map((line) => line.split(' ')[1] ?? '')
  for (const path of below.filter((one) => one.startsWith(`${folder}/`)).reverse()) spawnSync('umount', ['-l', path])
}

/** Where containerd puts containers of its namespaces, in whichever hierarchies there are. */
function controlGroups(): string[] {
  const roots = [
    '/sys/fs/cgroup',
    ...readdirSync('/sys/fs/cgroup', { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [`/sys/fs/cgroup/${entry.name}`] : [],
    ),
  ]
  return roots.flatMap((root) => NAMESPACES.map((namespace) => join(root, namespace))).filter((path) => existsSync(path))
}

/** Folders in which nobody is any more: control groups have files that are no files. */
function removeFolders(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) removeFolders(join(path, entry.name))
  rmdirSync(path)
}
