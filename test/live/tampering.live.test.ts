/** What the kernel says of mounts, of processes that reach into others, of executable memory and of the kernel's own doors. */
import { arch } from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KindName } from '../../src/events/kinds.ts'
import { TYPE_NAMES } from '../../src/events/records.gen.ts'
import { cannotObserve, compileProgram, type Observed, observe, type Program, recordsOf } from './observe.ts'

const reason = cannotObserve()
let program: Program

beforeAll(() => {
  if (reason === undefined) program = compileProgram('tampering')
})
afterAll(() => program?.remove())
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})

interface Scenario extends Observed {
  readonly pid: number
  /** The folder it ran in. */
  readonly folder: string
  /** What it printed: numbers by name. */
  readonly told: ReadonlyMap<string, number>
}

/** Runs a scenario under watch, with forks, by which a target's start is known. */
async function scenario(name: string, kinds: readonly KindName[], foldWindowMs = 10_000): Promise<Scenario> {
  let ran = { pid: 0, output: '' }
  const observed = await observe(
    ['process.fork', ...kinds],
    async () => {
      ran = await program.run(name)
    },
    { foldWindowMs },
  )
  const lines = ran.output.trim().split('\n')
  const told = new Map(lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]))
  return { ...observed, pid: ran.pid, folder: `${program.folder}/${name}`, told }
}

const typeOf = ({ type }: { readonly type: number }): string => TYPE_NAMES[type] ?? '?'
const short = (observed: Scenario, path: string): string => path.replace(observed.folder, '.')
/** When a process that was forked under watch began; undefined for others. */
const startOf = (observed: Scenario, pid: number | undefined): number | undefined =>
  recordsOf(observed, 'process.fork').find(({ childPid }) => childPid === pid)?.childStartNs

describe('mounts', () => {
  test('what is mounted where, by the old calls and the new, also in vain', async () => {
    const observed = await scenario('mounts', ['mount.mount', 'mount.umount', 'mount.root'])
    const at = (path: string): string => short(observed, path)
    const mounts = recordsOf(observed, 'mount.mount', observed.pid)
    expect(mounts.map((r) => [typeOf(r), r.result, r.mountFlags, at(r.sourcePath), at(r.targetPath), r.fileSystem])).toEqual([
      ['mount', 0, 0x44000, '', '/', ''],
      ['mount', 0, 2, 'none', './a', 'tmpfs'],
      ['mount', 0, 0x1000, './a', './../mounts/b', ''],
      ['mount', -19, 0, '/dev/none', './c', 'no-such-fs'],
      ['move_mount', 0, 4, 'none', './c', 'tmpfs'],
    ])
    expect(recordsOf(observed, 'mount.umount', observed.pid).map((r) => [typeOf(r), r.result, at(r.path), r.umountFlags])).toEqual([
      ['umount2', 0, './b', 2],
      ['umount2', -2, './absent', 0],
    ])
    expect(recordsOf(observed, 'mount.root', observed.pid).map((r) => [typeOf(r), r.result, r.rawPath, r.putOld])).toEqual([
      ['pivot_root', 0, '.', '/old'],
    ])
  })

  test('a new root is told as the namespace sees it', async () => {
    const observed = await scenario('roots', ['mount.root'])
    const roots = recordsOf(observed, 'mount.root', observed.pid)
    expect(roots.map((r) => [typeOf(r), r.result, short(observed, r.path), r.rawPath])).toEqual([
      ['chroot', -2, './absent', 'absent'],
      ['chroot', 0, './jail', 'jail'],
      ['chroot', 0, './jail/inner', '/inner'],
    ])
  })
})

describe('a process that reaches into another', () => {
  test('by ptrace is told with the target, equal requests once', async () => {
    const observed = await scenario('tracing', ['inject.ptrace'])
    const child = observed.told.get('child') ?? 0
    const calls = recordsOf(observed, 'inject.ptrace', observed.pid)
    expect(calls.map((r) => [r.request, r.result, r.targetPid, r.targetGivenPid, r.targetStartNs])).toEqual([
      [0x4206, 0, child, child, startOf(observed, child)],
      [0x4207, 0, child, child, startOf(observed, child)],
      [5, 0, child, child, startOf(observed, child)],
      [17, 0, child, child, startOf(observed, child)],
      [16, -3, 4194303, 4194303, 0],
    ])
    expect(calls[2]?.dataArgument).toBe(0x1234)
    expect(observed.counters.kinds.get('inject.ptrace')?.folded).toBeGreaterThanOrEqual(19)
  })

  test('that asks to be traced is its own target', async () => {
    const observed = await scenario('tracing', ['inject.ptrace'])
    const self = observed.told.get('self') ?? 0
    expect(recordsOf(observed, 'inject.ptrace', self).map((r) => [r.request, r.targetPid, r.targetGivenPid, r.targetStartNs])).toEqual([
      [0, self, 77, startOf(observed, self)],
    ])
  })

  test('by its memory or its descriptors is told with the target', async () => {
    const observed = await scenario('foreign-memory', ['inject.process_vm', 'inject.pidfd_getfd'])
    const child = observed.told.get('child') ?? 0
    const calls = recordsOf(observed, 'inject.process_vm', observed.pid)
    expect(calls.map((r) => [typeOf(r), r.result, r.targetPid, r.targetStartNs])).toEqual([
      ['process_vm_readv', 8, child, startOf(observed, child)],
      ['process_vm_writev', 8, child, startOf(observed, child)],
      ['process_vm_writev', -3, 4194303, 0],
    ])
    expect(observed.counters.kinds.get('inject.process_vm')?.folded).toBeGreaterThanOrEqual(19)
    const [taken] = recordsOf(observed, 'inject.pidfd_getfd', observed.pid)
    expect([taken?.targetPid, taken?.targetFd, taken?.targetStartNs]).toEqual([child, 2, startOf(observed, child)])
  })
})

describe('memory made executable', () => {
  test('is told when it is not what a named file holds, and what it is', async () => {
    const observed = await scenario('executable', ['memory.protect'])
    const rows = recordsOf(observed, 'memory.protect', observed.pid).map((r) => [
      typeOf(r),
      r.address,
      r.result < 0,
      r.protection,
      r.backing,
    ])
    const address = (name: string) => observed.told.get(name)
    expect(rows).toEqual([
      ['mmap', address('rwx'), false, 7, 1],
      ['mmap', address('writable-file'), false, 7, 4],
      ['mmap', address('memfd'), false, 5, 6],
      ['mprotect', address('anonymous'), false, 5, 1],
      ['mprotect', address('changed-file'), false, 5, 5],
      ['mprotect', address('stack'), false, 7, 3],
      ['mprotect', address('heap'), false, 5, 2],
      ['pkey_mprotect', address('pkey'), false, 5, 1],
      ['mprotect', address('nothing'), true, 5, 0],
    ])
  })

  test('again and again in one way is told once', async () => {
    const observed = await scenario('many-executable', ['memory.protect'])
    expect(recordsOf(observed, 'memory.protect', observed.pid).length).toBe(1)
    expect(observed.counters.kinds.get('memory.protect')?.folded).toBeGreaterThanOrEqual(99)
  })
})

describe('the doors of the kernel', () => {
  test('programs and maps by type and name, other commands once', async () => {
    const observed = await scenario('kernel', ['kernel.bpf'])
    const calls = recordsOf(observed, 'kernel.bpf', observed.pid)
    expect(calls.map((r) => [r.command, r.programType, r.objectName])).toEqual([
      [0, 2, 'stash'],
      [5, 1, 'watch'],
      [1, 0, ''],
    ])
  })

  test('performance events and userfaultfd', async () => {
    const observed = await scenario('kernel', ['kernel.perf_event_open', 'kernel.userfaultfd'])
    const events = recordsOf(observed, 'kernel.perf_event_open', observed.pid)
    expect(events.map((r) => [r.perfType, r.config, r.onCpu, r.targetPid])).toEqual([
      [1, 1, -1, observed.pid],
      [1, 1, 0, process.pid],
    ])
    expect(recordsOf(observed, 'kernel.userfaultfd', observed.pid).map(({ faultFlags }) => faultFlags)).toEqual([0o2000001])
  })
})

describe('signals', () => {
  test('are told by every call that sends one, but for signal 0', async () => {
    const observed = await scenario('signals', ['signal.kill'])
    const child = observed.told.get('child') ?? 0
    const start = startOf(observed, child)
    const calls = recordsOf(observed, 'signal.kill', observed.pid)
    expect(calls.map((r) => [typeOf(r), r.result, r.signal, r.targetPid, r.targetTid, r.targetGivenPid, r.targetStartNs])).toEqual([
      ['kill', 0, 18, child, 0, child, start],
      ['tkill', 0, 18, child, child, child, start],
      ['tgkill', 0, 18, child, child, child, start],
      ['pidfd_send_signal', 0, 18, child, 0, 0, start],
      ['pidfd_send_signal', 0, 28, child, 0, 0, start],
      ['rt_sigqueueinfo', 0, 18, child, 0, child, start],
      ['rt_tgsigqueueinfo', 0, 18, child, child, child, start],
      ['kill', -3, 15, 4194303, 0, 4194303, 0],
      ['kill', 0, 18, 0, 0, 0, 0],
      ['kill', 0, 9, child, 0, child, start],
    ])
  })

  test('in a pid namespace have the target as the host numbers it', async () => {
    const observed = await scenario('nested', ['signal.kill'])
    const killer = observed.told.get('killer') ?? 0
    const target = recordsOf(observed, 'process.fork', killer)[0]
    const [sent] = recordsOf(observed, 'signal.kill', killer)
    expect([sent?.targetGivenPid, sent?.targetPid, sent?.targetStartNs]).toEqual([2, target?.childPid, target?.childStartNs])
  })

  test('of a runtime to itself are folded', async () => {
    const observed = await scenario('runtime', ['signal.kill'])
    expect(recordsOf(observed, 'signal.kill', observed.pid).length).toBe(1)
    expect(observed.counters.kinds.get('signal.kill')?.folded).toBeGreaterThanOrEqual(99)
  })
})

describe('32-bit calls of a 64-bit program', () => {
  beforeEach(({ skip }) => skip(arch() !== 'x64', 'int 0x80 is of x86'))

  test('are told like the others, also those that this kernel does not have', async () => {
    const kinds: readonly KindName[] = [
      'mount.mount',
      'mount.umount',
      'mount.root',
      'inject.ptrace',
      'inject.process_vm',
      'kernel.module',
      'kernel.kexec',
      'kernel.bpf',
      'kernel.perf_event_open',
      'kernel.userfaultfd',
      'memory.protect',
      'signal.kill',
    ]
    const observed = await scenario('compat', kinds)
    const of = <K extends KindName>(kind: K) => recordsOf(observed, kind, observed.pid).filter(({ flags }) => (flags & 1) === 1)
    const at = (path: string): string => short(observed, path)
    const child = observed.told.get('child') ?? 0
    expect(of('mount.mount').map((r) => [r.result, at(r.targetPath), r.fileSystem, r.mountFlags])).toEqual([[0, './m', 'tmpfs', 8]])
    expect(of('mount.umount').map((r) => [r.result, at(r.path), r.umountFlags])).toEqual([[0, './m', 2]])
    expect(of('mount.root').map((r) => [r.result, at(r.path)])).toEqual([[0, './m']])
    expect(of('inject.ptrace').map((r) => [r.request, r.targetPid])).toEqual([[0x4206, child]])
    expect(of('inject.process_vm').map((r) => [typeOf(r), r.targetPid])).toEqual([['process_vm_writev', child]])
    expect(of('kernel.module').map((r) => [typeOf(r), r.moduleName, r.modulePath, r.parameters, r.moduleFlags])).toEqual([
      ['init_module', '', '', 'option=1', 0],
      ['delete_module', 'rootkit', '', '', 0o4000],
      ['finit_module', '', program.path, 'option=2', 3],
    ])
    expect(of('kernel.kexec').map((r) => [typeOf(r), r.kexecFlags])).toEqual([['kexec_load', 5]])
    expect(of('kernel.bpf').map((r) => [r.command, r.programType, r.objectName])).toEqual([[0, 1, 'low']])
    expect(of('kernel.perf_event_open').map((r) => [r.perfType, r.targetPid])).toEqual([[1, observed.pid]])
    expect(of('kernel.userfaultfd').map((r) => r.faultFlags)).toEqual([1])
    expect(of('memory.protect').map((r) => [typeOf(r), r.address, r.protection, r.backing])).toEqual([
      ['mmap', observed.told.get('mmap2'), 7, 1],
      ['mprotect', observed.told.get('mprotect'), 5, 1],
    ])
    expect(of('signal.kill').map((r) => [typeOf(r), r.signal, r.targetPid, r.targetTid])).toEqual([
      ['tgkill', 18, child, child],
      ['kill', 9, child, 0],
    ])
  })
})
