/**
 * Network rules where the kernel takes none of BPF for control groups: `node nftables-alone.ts STEP FOLDER`, in a network namespace of its own. Prints what came of the step
 * as JSON. `hold` leaves its rule, says so, and runs until it is killed.
 */
import { execFileSync, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../src/lib/log.ts'
import { cgroupsRoot } from '../../src/pipeline/responses/cgroups-root.ts'
import type { ActionContext, AnyAction } from '../../src/respond/action.ts'
import { blockDestination } from '../../src/respond/actions/block-destination.ts'
import { isolateNetwork } from '../../src/respond/actions/isolate-network.ts'
import { readProcess } from '../../src/respond/host/processes.ts'
import { withNftables } from '../../src/respond/nftables/fallback.ts'
import { createNftables } from '../../src/respond/nftables/nftables.ts'
import type { ActionSubject } from '../../src/respond/subject.ts'
import { createNative } from '../../src/sources/ebpf/native-containment.ts'

const state = process.argv[3] ?? ''
const cgroups = cgroupsRoot()
const log = createLog({ write: () => undefined, format: 'text', level: 'info', colour: false, nowNs: Date.now })
const refusing = { ...createNative(), restrictNetwork: () => constants.errno.EINVAL }
const native = withNftables(refusing, { nftables: createNftables(cgroups), log, onFirst: () => undefined })
const context: ActionContext = {
  ...{ native, proc: '/proc', cgroups, state, nowNs: () => Date.now() * 1e6, log, signal: AbortSignal.timeout(30_000) },
}
const NOBODY: ActionSubject = {
  ...{ hostname: 'test', findingId: undefined, process: undefined, container: undefined, file: undefined, address: undefined },
}
const BLOCKED: ActionSubject = { ...NOBODY, address: { ip: '192.0.2.77', port: 443 } }
const children: number[] = []

/** What a datagram to 192.0.2.`last` hears that is sent from there. */
const tried = (last: number, port: number, place = { cgroup: undefined as string | undefined, pid: undefined as number | undefined }) =>
  native.tryConnect(place, { address: Uint8Array.of(192, 0, 2, last), port }, true)

async function start(program: string, args: readonly string[]): Promise<ActionSubject> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const [pid, found] = [child.pid ?? 0, readProcess('/proc', child.pid ?? 0)]
  children.push(pid)
  return { ...NOBODY, process: { pid, startNs: found?.startNs ?? 0, name: 'sh', exePath: '' } }
}

async function act(action: AnyAction, subject: ActionSubject, settings: object, at: ActionContext, during: () => object) {
  const given = action.schema.parse(settings) as never
  const done = await action.run(subject, given, at)
  const verified = await action.verify(subject, given, done, at)
  const seen = during()
  const undone = done.undo && (await action.undo?.(done.undo, at))
  return {
    by: done.detail.by,
    done: done.summary,
    ...verified,
    during: seen,
    undone,
    left: execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }),
  }
}

const STEPS: Readonly<Record<string, () => Promise<object>>> = {
  block: async () => ({
    ...(await act(blockDestination, BLOCKED, { everyPort: false }, context, () => ({
      tried: [tried(77, 443), tried(77, 444), tried(78, 443)],
    }))),
    after: tried(77, 443),
  }),
  isolate: async () => {
    const subject = await start('sh', ['-c', 'echo ready; sleep 1000'])
    const place = { cgroup: undefined, pid: undefined }
    return act(isolateNetwork, subject, { allow: ['192.0.2.64/26:53'] }, context, () => ({ outside: tried(77, 443, place) }))
  },
  older: async () => {
    const subject = await start('bash', ['-c', 'exec 3<>/dev/udp/192.0.2.5/9; echo ready; sleep 1000'])
    return act(isolateNetwork, subject, {}, context, () => ({}))
  },
  namespace: async () => {
    const subject = await start('unshare', ['-n', 'sh', '-c', 'ip link set lo up; ip route add default dev lo; echo ready; sleep 1000'])
    const place = { cgroup: undefined, pid: subject.process?.pid }
    const without = { ...context, cgroups: join(state, 'none') }
    return {
      ...(await act(isolateNetwork, subject, { allow: ['192.0.2.78:53'] }, without, () => ({
        tried: [tried(77, 443, place), tried(78, 53, place), tried(78, 54, place), tried(77, 443)],
      }))),
      after: tried(77, 443, place),
    }
  },
  sweep: async () => {
    execFileSync('nft', ['add', 'table', 'inet', 'tarsier'])
    execFileSync('nft', ['add', 'table', 'inet', 'others'])
    createNftables(cgroups).sweep()
    const left = execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' })
    execFileSync('nft', ['delete', 'table', 'inet', 'others'])
    return { left }
  },
  hold: async () => {
    const given = blockDestination.schema.parse({}) as never
    await blockDestination.run(BLOCKED, given, context)
    console.log('holds')
    return new Promise(() => setInterval(() => undefined, 1e6))
  },
}

try {
  console.log(JSON.stringify(await STEPS[process.argv[2] ?? '']?.()))
} finally {
  for (const pid of children) process.kill(-pid, 'SIGKILL')
}
