/** What the kernel says of processes, against what a program did and what /proc says. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync, rmdirSync, statSync } from 'node:fs'
import { arch } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KindName } from '../../src/events/kinds.ts'
import { TYPE_NAMES } from '../../src/events/records.gen.ts'
import { FILE_FLAGS } from '../../src/events/shared-fields.ts'
import { cgroupsRoot } from '../../src/pipeline/responses/cgroups-root.ts'
import { cannotObserve, compileProgram, type Kept, type Observed, observe, type Program, recordsOf } from './observe.ts'

const reason = cannotObserve()
let program: Program

beforeAll(() => {
  if (reason === undefined) program = compileProgram('process')
})
afterAll(() => program?.remove())
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})

/** Runs a scenario under watch. */
async function scenario(name: string, kinds: readonly KindName[]) {
  let ran = { pid: 0, output: '' }
  const observed = await observe(kinds, async () => (ran = await program.run(name)))
  return { ...observed, ...ran }
}

const typeOf = ({ type }: { readonly type: number }) => TYPE_NAMES[type]
const number = (output: string): number => Number(output.trim().split(' ')[1])

test('a control group is told with its id and its path when it is made', async ({ skip }) => {
  const root = cgroupsRoot()
  if (!existsSync(join(root, 'cgroup.procs'))) skip('cgroup v2 is not mounted')
  const name = `tarsier-made-${process.pid}`
  let id = 0
  const observed = await observe(['cgroup.make'], () => {
    execFileSync('mkdir', ['-p', join(root, name, 'below')])
    id = statSync(join(root, name)).ino
    for (const path of [`${name}/below`, name]) rmdirSync(join(root, path))
  })
  const told = recordsOf(observed, 'cgroup.make').filter(({ path }) => path.startsWith(`/${name}`))
  expect(told.map(({ path }) => path)).toEqual([`/${name}`, `/${name}/below`])
  expect(told[0]).toMatchObject({ madeId: id })
})

describe('an exec', () => {
  const last = async (name: string): Promise<Kept<'process.exec'>> => {
    const observed = await scenario(name, ['process.exec'])
    const record = recordsOf(observed, 'process.exec', observed.pid).at(-1)
    if (record === undefined) throw new Error('no exec arrived')
    return record
  }

  test('knows what the standard streams are', async () => {
    const { stdin, stdout, stderr } = await last('streams')
    expect([stdin, stdout, stderr]).toEqual([5, 8, 7])
  })

  test('keeps 16 KiB of arguments and marks the cut', async () => {
    const record = await last('long-arguments')
    expect(record.argv.length).toBe(16_384)
    expect(record.argv.startsWith(`true\0${'a'.repeat(1000)}\0${'b'.repeat(1000)}\0`)).toBe(true)
    expect(record.truncated).toBe(4)
  })

  test('resolves the path, keeps the one given, arguments and environment', async () => {
    const record = await last('relative')
    expect([record.exe, record.rawPath, record.cwd]).toEqual(['/usr/bin/true', '../bin/./true', '/usr/bin'])
    expect([record.argv, record.env]).toEqual(['true\0b c\0\0', 'KEY=value\0'])
    expect([typeOf(record), record.truncated, record.stdin, record.stdout, record.tid]).toEqual(['execve', 0, 2, 4, record.pid])
  })

  test('of a deleted file keeps its last path and says deleted', async () => {
    const record = await last('deleted')
    expect([record.exe, typeOf(record)]).toEqual([`${program.folder}/gone`, 'execveat'])
    expect(record.fileFlags & (FILE_FLAGS.deleted | FILE_FLAGS.memfd)).toBe(FILE_FLAGS.deleted)
  })

  test('from memory says memfd', async () => {
    const record = await last('memfd')
    expect(record.exe).toBe('memfd:payload')
    expect(record.fileFlags & (FILE_FLAGS.deleted | FILE_FLAGS.memfd)).toBe(FILE_FLAGS.memfd)
  })

  test('of a script has the interpreter as program and the script as given', async () => {
    const record = await last('script')
    expect([record.exe, record.rawPath]).toEqual([readlinkExe('/bin/sh'), './script'])
    expect(record.argv).toBe('/bin/sh\0-e\0./script\0argument\0')
  })

  test('below a bind mount and a chroot has the path that the process sees', async () => {
    const record = await last('chroot-bind')
    expect([record.exe, record.cwd]).toEqual(['/mnt/bin/true', '/mnt/lib'])
  })

  test('by a thread that is not the leader is of the process', async () => {
    const record = await last('thread-exec')
    expect([record.argv, record.tid]).toEqual(['thread\0', record.pid])
  })

  test('on an overlay says which layer the program is of', async () => {
    const observed = await scenario('overlay', ['process.exec'])
    const layers = recordsOf(observed, 'process.exec')
      .filter(({ argv }) => argv === 'low\0' || argv === 'high\0')
      .map(({ argv, fileFlags }) => [argv, fileFlags & (FILE_FLAGS.lowerLayer | FILE_FLAGS.upperLayer)])
    expect(layers).toEqual([
      ['low\0', FILE_FLAGS.lowerLayer],
      ['high\0', FILE_FLAGS.upperLayer],
    ])
  })

  test('that fails is told with its errno and path', async () => {
    const observed = await scenario('failures', ['process.exec_failed'])
    const failed = recordsOf(observed, 'process.exec_failed', observed.pid)
    expect(failed.map((record) => [typeOf(record), record.result, record.path, record.rawPath, record.truncated])).toEqual([
      ['execve', -2, '/etc/nope/../nope', 'nope/../nope', 0],
      ['execve', -13, '/etc/passwd', '/etc/passwd', 0],
      ['execveat', -2, '/usr/bin/nope', 'bin/nope', 0],
      ['execve', -14, '/etc', '', 2],
    ])
  })
})

const readlinkExe = (path: string): string => `/usr/bin/${readlinkSync(path)}`

describe('births and ends', () => {
  test('each call that makes a process is told by name, with flags and the child', async () => {
    const observed = await scenario('births', ['process.fork', 'process.exit'])
    const forks = recordsOf(observed, 'process.fork', observed.pid)
    expect(forks.map((record) => [typeOf(record), record.cloneFlags])).toEqual([
      ['vfork', 0x4111],
      ['clone3', 0x2400_0011],
      ['clone', 0x2_0011],
    ])
    expect(forks.map((record) => record.childVpid === 1)).toEqual([false, true, false])
    const ends = forks.map(({ childPid }) => recordsOf(observed, 'process.exit', childPid)[0])
    expect(ends.map((record) => [record?.code, record?.signal])).toEqual([
      [1, 0],
      [2, 0],
      [0, 9],
    ])
    expect(ends.map((record) => record?.startNs)).toEqual(forks.map((record) => record.childStartNs))
  })

  test('a process id used twice is two processes by their start', async () => {
    const observed = await scenario('reuse', ['process.fork', 'process.exit'])
    const forks = recordsOf(observed, 'process.fork', observed.pid)
    const ends = recordsOf(observed, 'process.exit', number(observed.output))
    expect(forks.map(({ childPid }) => childPid)).toEqual([number(observed.output), number(observed.output)])
    expect(ends.map(({ code }) => code)).toEqual([11, 12])
    expect(ends.map(({ startNs }) => startNs)).toEqual(forks.map(({ childStartNs }) => childStartNs))
    expect(forks[0]?.childStartNs).toBeLessThan(forks[1]?.childStartNs ?? 0)
  })

  test('a process whose leader ended first ends once, with the status of all', async () => {
    const observed = await scenario('last-thread', ['process.exit'])
    const ends = recordsOf(observed, 'process.exit', observed.pid)
    expect(ends.map(({ code, signal, durationNs }) => [code, signal, durationNs > 20e6 && durationNs < 10e9])).toEqual([[7, 0, true]])
  })

  test('a storm of forks loses nothing and leaves no gap', async () => {
    const observed = await scenario('storm', ['process.fork', 'process.exit'])
    const children = recordsOf(observed, 'process.fork', observed.pid).map(({ childPid, childStartNs }) => `${childPid} ${childStartNs}`)
    const ended = new Set(recordsOf(observed, 'process.exit').map(({ pid, startNs }) => `${pid} ${startNs}`))
    expect(children.length).toBe(2000)
    expect(children.filter((child) => !ended.has(child))).toEqual([])
    expect([observed.counters.gaps, observed.counters.lost]).toEqual([0, { full: 0, reserved: 0, nested: 0 }])
  })
})

describe('credentials, namespaces and keys', () => {
  test('ids asked for, also in vain, and those it ended with', async () => {
    const observed = await scenario('ids', ['cred.set_ids'])
    const asked = recordsOf(observed, 'cred.set_ids', observed.pid)
    expect(asked.map((r) => [typeOf(r), r.result, r.arg0, r.arg1, r.arg2, r.uid, r.euid, r.suid, r.egid, r.sgid])).toEqual([
      ['setresgid', 0, 100, 101, 102, 0, 0, 0, 101, 102],
      ['setresuid', 0, 1000, 1001, 0, 1000, 1001, 0, 101, 102],
      ['setuid', -1, 7, 0xffff_ffff, 0xffff_ffff, 1000, 1001, 0, 101, 102],
    ])
  })

  test('a process that changes its name tells the old one and the new one; an exec does not tell it twice', async () => {
    const observed = await scenario('prctls', ['process.exec', 'process.rename'])
    const nameOf = (bytes: Buffer): string => bytes.toString('latin1').split('\0')[0] ?? ''
    expect(
      recordsOf(observed, 'process.rename', observed.pid).map((record) => [
        typeOf(record),
        nameOf(record.oldName),
        nameOf(record.comm),
        record.tid,
      ]),
    ).toEqual([['rename_task', 'process', 'kworker/0:1', observed.pid]])
    expect(recordsOf(observed, 'process.exec', observed.pid)).toHaveLength(1)
  })

  test('of prctl only what hides or confines, and seccomp likewise', async () => {
    const observed = await scenario('prctls', ['cred.prctl'])
    const calls = recordsOf(observed, 'cred.prctl', observed.pid)
    expect(calls.map((record) => [typeOf(record), record.option, record.newName])).toEqual([
      ['prctl', 15, 'kworker/0:1'],
      ['prctl', 4, ''],
      ['seccomp', 22, ''],
    ])
  })

  test('capabilities asked for and got', async () => {
    const observed = await scenario('capabilities', ['cred.capset'])
    const [record] = recordsOf(observed, 'cred.capset', observed.pid)
    expect([record?.askedEffective, record?.askedPermitted, record?.askedInheritable]).toEqual([0x21, 0x23, 1])
    expect([record?.capEffective, record?.capPermitted, record?.capInheritable]).toEqual([0x21, 0x23, 1])
  })

  test('a namespace entered by name and inode, and new ones', async () => {
    const observed = await scenario('namespaces', ['ns.setns', 'ns.unshare'])
    const [entered] = recordsOf(observed, 'ns.setns', observed.pid)
    expect([entered?.nsName, entered?.nsInum, entered?.result]).toEqual(['net', number(observed.output), 0])
    expect(recordsOf(observed, 'ns.unshare', observed.pid).map(({ unshareFlags }) => unshareFlags)).toEqual([0x2400_0000])
  })

  test('a key made and read', async () => {
    const observed = await scenario('keys', ['key.keyctl'])
    const key = number(observed.output)
    const calls = recordsOf(observed, 'key.keyctl', observed.pid)
    expect(calls.map((r) => [typeOf(r), r.operation, r.keyId, r.keyDescription])).toEqual([
      ['add_key', -1, key, 'user:my key'],
      ['keyctl', 11, key, ''],
    ])
  })
})

describe('32-bit calls of a 64-bit program', () => {
  beforeEach(({ skip }) => skip(arch() !== 'x64', 'int 0x80 is of x86'))

  const kinds: readonly KindName[] = [
    'file.open',
    'process.exec_failed',
    'file.unlink',
    'cred.set_ids',
    'net.socket',
    'process.fork',
    'syscall.compat',
  ]
  const compatOf = <K extends KindName>(observed: Observed & { readonly pid: number }, kind: K) =>
    recordsOf(observed, kind, observed.pid).filter(({ flags }) => (flags & 1) === 1)

  test('are the kinds of what they do, marked as 32-bit', async () => {
    const observed = await scenario('compat', kinds)
    expect(compatOf(observed, 'file.open').map(({ path }) => path)).toEqual(['/etc/hostname'])
    expect(compatOf(observed, 'process.exec_failed').map(({ path, result }) => [path, result])).toEqual([['/no/such/file', -2]])
    expect(compatOf(observed, 'file.unlink').map(({ path, result }) => [path, result])).toEqual([['/no/such/file', -2]])
    expect(compatOf(observed, 'cred.set_ids').map(({ arg0, result }) => [arg0, result])).toEqual([
      [0, 0],
      [0xffff_ffff, -22],
    ])
    expect(compatOf(observed, 'net.socket').map(({ family, socketType }) => [family, socketType])).toEqual([[2, 1]])
    expect(compatOf(observed, 'process.fork').map((record) => typeOf(record))).toEqual(['fork'])
    expect(compatOf(observed, 'syscall.compat').map((record) => record.number)).toEqual([20])
    expect(observed.counters.kinds.get('syscall.compat')?.folded).toBeGreaterThan(0)
  })
})

describe('the snapshot', () => {
  /** The fields of /proc/PID/stat behind the name, from number 3 on. */
  const stat = (pid: number): string[] => {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  }
  const namespace = (pid: number, name: string): number => Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/${name}`))?.[0])
  const status = (pid: number, key: string): string[] =>
    (new RegExp(`^${key}:\t(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '').split(/\s+/)

  test('has this process as /proc has it', async () => {
    const { snapshot } = await observe(['process.exec'], () => undefined)
    const own = snapshot.find(({ pid }) => pid === process.pid)
    const parent = snapshot.find(({ pid }) => pid === process.ppid)
    const [, ppid, pgid, sid] = stat(process.pid)
    expect([own?.ppid, own?.pgid, own?.sid, own?.parentStartNs]).toEqual([Number(ppid), Number(pgid), Number(sid), parent?.startNs])
    expect([own?.exe, own?.cwd]).toEqual([readlinkSync('/proc/self/exe'), process.cwd()])
    expect(Math.trunc((own?.startNs ?? 0) / 1e7)).toBe(Number(stat(process.pid)[19]))
    expect(own?.capEffective).toBe(Number(`0x${status(process.pid, 'CapEff')[0]}`))
    expect([own?.uid, own?.euid]).toEqual(status(process.pid, 'Uid').slice(0, 2).map(Number))
    for (const [name, value] of [
      ['pid', own?.pidNs],
      ['mnt', own?.mntNs],
      ['user', own?.userNs],
      ['net', own?.netNs],
    ] as const)
      expect([name, value]).toEqual([name, namespace(process.pid, name)])
  })

  test('has every process once', async () => {
    const { snapshot } = await observe(['process.exec'], () => undefined)
    const pids = snapshot.map(({ pid }) => pid)
    expect(new Set(pids).size).toBe(pids.length)
    expect(pids).toEqual(expect.arrayContaining([process.pid, process.ppid]))
  })
})
