import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { AccountFiles, ArgumentFacts } from './host-reader.ts'
import { createLiveHost } from './live-host.ts'
import { parseMountInfo, parseStat, parseStatusIds } from './proc-files.ts'

const host = createLiveHost()

describe('the host itself', () => {
  test('tells of this process what it knows of itself', () => {
    expect(host.process(process.pid)).toMatchObject({
      ppid: process.ppid,
      exePath: process.execPath,
      cwd: process.cwd(),
      uid: process.getuid?.(),
    })
    expect(host.cgroup(process.pid)).toMatch(/^\d+:/)
    expect(host.pids()?.has(process.pid)).toBe(true)
  })

  test('finds the root among its cgroups, where it has version 2', () => {
    const paths = host.cgroups().map(([, path]) => path)
    expect(paths.length === 0 || paths[0] === '/').toBe(true)
  })

  test('tells arguments and environment a moment later', async () => {
    const facts = await new Promise<ArgumentFacts | undefined>((done) => host.arguments(process.pid, done))
    expect(facts?.startTicks).toBe(host.process(process.pid)?.startTicks)
    expect(facts?.cmdline.split('\0')[0]).toMatch(/node|vitest/)
    expect(facts?.environ).toContain('PATH=')
  })

  test('tells the accounts of the host at once', () => {
    let accounts: AccountFiles | undefined
    host.accounts(1, 0, (answer) => {
      accounts = answer
    })
    expect(accounts?.passwd).toMatch(/^root:/m)
  })

  test('says nothing of what is not there, and of what is no regular file', async () => {
    expect(host.process(2 ** 22 + 1)).toBeUndefined()
    expect(host.cgroup(2 ** 22 + 1)).toBeUndefined()
    expect(host.file('/no/such/file', 10)).toBeUndefined()
    expect(host.file('/dev/null', 10)).toBeUndefined()
    expect(host.file('/etc', 10)).toBeUndefined()
    expect(host.directory('/no/such/folder')).toEqual([])
    expect(await new Promise((done) => host.arguments(2 ** 22 + 1, done))).toBeUndefined()
  })

  test('reads no file beyond its bound', () => {
    const size = host.file('/etc/passwd', 1 << 20)?.text.length ?? 0
    expect(size).toBeGreaterThan(10)
    expect(host.file('/etc/passwd', size - 1)).toBeUndefined()
  })
})

/** A process with a root of its own: a mount namespace, so that mountinfo tells of its root. Needs root. */
const isRoot = process.getuid?.() === 0

interface Boxed {
  readonly child: ChildProcess
  readonly root: string
}
const boxes: Boxed[] = []

function box(prepare: (root: string) => void): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'tarsier-box-'))
  prepare(root)
  // Mounts the folder on itself, so that it is a mount of its own, and makes it the root.
  const script = `mount --bind ${root} ${root} && exec perl -e 'chroot "${root}" or die; chdir "/"; $| = 1; print "ready\\n"; sleep 60'`
  const child = spawn('unshare', ['-m', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  boxes.push({ child, root })
  return new Promise((resolve) => child.stdout?.once('data', () => resolve(child.pid ?? 0)))
}

const accountsOf = (pid: number) => new Promise<AccountFiles | undefined>((done) => host.accounts(pid, 1, done))

describe.skipIf(!isRoot)('the accounts of a process with a root of its own (skipped: needs root, to change the root)', () => {
  afterEach(() => {
    for (const { child, root } of boxes.splice(0)) {
      child.kill('SIGKILL')
      rmSync(root, { recursive: true, force: true })
    }
  })

  const withEtc = (fill: (etc: string) => void) => (root: string) => {
    mkdirSync(join(root, 'etc'))
    fill(join(root, 'etc'))
  }

  test('are those in its own /etc', async () => {
    const pid = await box(withEtc((etc) => writeFileSync(join(etc, 'passwd'), 'boxed:x:7:7::/:/bin/sh\n')))
    expect(await accountsOf(pid)).toMatchObject({ passwd: 'boxed:x:7:7::/:/bin/sh\n', uidMap: '' })
  })

  test.each<[string, (root: string) => void]>([
    ['/etc is a symbolic link', (root) => symlinkSync('/etc', join(root, 'etc'))],
    ['passwd is a symbolic link', withEtc((etc) => symlinkSync('/etc/shadow', join(etc, 'passwd')))],
    ['passwd is a pipe that nobody writes', withEtc((etc) => execFileSync('mkfifo', [join(etc, 'passwd')]))],
    ['passwd is a folder', withEtc((etc) => mkdirSync(join(etc, 'passwd')))],
    ['passwd has two megabytes', withEtc((etc) => writeFileSync(join(etc, 'passwd'), 'x'.repeat(2 << 20)))],
    ['there is no /etc', () => {}],
  ])('are not read where %s', async (_, prepare) => {
    const pid = await box(prepare)
    expect(await accountsOf(pid)).toBeUndefined()
  })
})

describe('the files of /proc', () => {
  test.each([
    ['1 (a) S 2 3 4 34816 5 0 0 0 0 0 0 0 0 0 0 0 0 0 777 0', { comm: 'a', ppid: 2, pgid: 3, sid: 4, tty: 34_816, startTicks: 777 }],
    ['1 (a) S (b) ) S 2 3 4 0 5 0 0 0 0 0 0 0 0 0 0 0 0 0 777 0', { comm: 'a) S (b) ', ppid: 2, startTicks: 777 }],
    ['1 (\n) S 2 3 4 0 5 0 0 0 0 0 0 0 0 0 0 0 0 0 777 0', { comm: '\n', startTicks: 777 }],
  ])('stat %j', (text, expected) => {
    expect(parseStat(text)).toMatchObject(expected)
  })

  test.each(['', '1 (a', ')(', '1 (a) S 2'])('stat %j is nothing', (text) => {
    expect(parseStat(text)).toBeUndefined()
  })

  test('status tells the ids', () => {
    expect(parseStatusIds('Name:\tx\nUid:\t1000\t0\t0\t0\nGid:\t5\t6\t6\t6\n')).toEqual({ uid: 1000, euid: 0, gid: 5, egid: 6 })
    expect(parseStatusIds('Name:\tUid:\t1\t2\n')).toBeUndefined()
  })

  test('mountinfo tells places and types, with their escapes', () => {
    const text = '36 35 98:0 /m /mnt\\040x rw,noatime master:1 - ext3 /dev/root rw\n37 35 0:5 / / rw - fuse.evil - rw\nnonsense\n'
    expect(parseMountInfo(text)).toEqual([
      { mountPoint: '/mnt x', type: 'ext3' },
      { mountPoint: '/', type: 'fuse.evil' },
    ])
  })
})
