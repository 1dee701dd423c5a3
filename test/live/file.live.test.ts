/** What the kernel says of files, against what a program did. */
import { statSync } from 'node:fs'
import { arch } from 'node:os'
import { basename } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KindName } from '../../src/events/kinds.ts'
import { EventRepeatRecord, TYPE_NAMES } from '../../src/events/records.gen.ts'
import { FILE_FLAGS } from '../../src/events/shared-fields.ts'
import { cannotObserve, compileProgram, type Kept, type Observed, observe, type Program, recordsOf } from './observe.ts'

const reason = cannotObserve()
let program: Program

beforeAll(() => {
  if (reason === undefined) program = compileProgram('file')
})
afterAll(() => program?.remove())
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})

interface Scenario extends Observed {
  readonly pid: number
  /** The folder it ran in. */
  readonly folder: string
}

/** Runs a scenario under watch; by default nothing is folded. */
async function scenario(name: string, kinds: readonly KindName[], foldWindowMs = 0): Promise<Scenario> {
  let ran = { pid: 0, output: '' }
  const observed = await observe(
    kinds,
    async () => {
      ran = await program.run(name)
    },
    { foldWindowMs },
  )
  return { ...observed, pid: ran.pid, folder: `${program.folder}/${name}` }
}

const O = { WRONLY: 1, RDWR: 2, CREAT: 0o100, EXCL: 0o200, TRUNC: 0o1000, APPEND: 0o2000, PATH: 0o10000000, TMPFILE: 0o20200000 }
const CLOEXEC = 0o2000000

const typeOf = ({ type }: { readonly type: number }): string => TYPE_NAMES[type] ?? '?'

/** The opens of the program itself: not those of the loader before main. */
function opensOf(observed: Scenario): readonly Kept<'file.open'>[] {
  const all = recordsOf(observed, 'file.open', observed.pid)
  return all.slice(all.findLastIndex(({ path }) => path.includes('.so')) + 1)
}

/** A path with the folder of the scenario as `.`. */
const short = (observed: Scenario, path: string): string => path.replace(observed.folder, '.')

describe('the path of an open', () => {
  test('is that of the file, whatever name, link or directory led there', async () => {
    const observed = await scenario('aliases', ['file.open'])
    const shadow = statSync('/etc/shadow')
    const opened = opensOf(observed).filter(({ ino }) => ino === shadow.ino)
    expect(opened.map(({ path, rawPath }) => [path, rawPath])).toEqual([
      ['/etc/shadow', 'symlink'],
      ['/etc/shadow', '/proc/self/root/etc/shadow'],
      ['/etc/shadow', '../../../../../../etc/./shadow'],
      ['/etc/shadow', 'shadow'],
      ['/etc/shadow', '/etc/shadow'],
      ['/etc/shadow', 'shadow'],
    ])
    expect(new Set(opened.map(({ fileMode, fileUid }) => `${fileMode} ${fileUid}`))).toEqual(new Set([`${shadow.mode} ${shadow.uid}`]))
  })

  test('of a hard link is its own; inode and link count give it away', async () => {
    const observed = await scenario('hard-link', ['file.open'])
    const [, innocent, secret] = opensOf(observed)
    expect([innocent, secret].map((record) => [short(observed, record?.path ?? ''), record?.linkCount])).toEqual([
      ['./innocent', 2],
      ['./secret', 2],
    ])
    expect([innocent?.ino, innocent?.dev]).toEqual([secret?.ino, secret?.dev])
  })

  test('below a bind mount is the one that the process sees', async () => {
    const observed = await scenario('bind-mount', ['file.open'])
    const record = opensOf(observed).at(-1)
    expect([short(observed, record?.path ?? ''), record?.ino]).toEqual(['./bound/shadow', statSync('/etc/shadow').ino])
  })

  test('in a chroot begins there, and of a file outside at the root of the namespace', async () => {
    const observed = await scenario('in-chroot', ['file.open'])
    expect(
      opensOf(observed)
        .slice(-2)
        .map(({ path }) => short(observed, path)),
    ).toEqual(['/shadow', './outside'])
  })

  test('after pivot_root begins at the new root', async () => {
    const observed = await scenario('in-pivot', ['file.open'])
    expect(
      opensOf(observed)
        .slice(-2)
        .map(({ path }) => path),
    ).toEqual(['/old/etc/shadow', '/fresh'])
  })

  test('is whole up to 4,096 bytes, however many directories that are; beyond, its end is kept and it is marked', async () => {
    const observed = await scenario('deep', ['file.open'])
    const files = opensOf(observed).filter(({ rawPath }) => rawPath === 'file')
    const whole = `${observed.folder}/${`${'d'.repeat(200)}/`.repeat(19)}file`
    expect(files.slice(0, 2).map(({ path, truncated }) => [path, truncated])).toEqual([
      [`${observed.folder}/${'c/'.repeat(1900)}file`, 0],
      [whole, 0],
    ])
    const cut = files[2]
    expect([cut?.truncated, cut?.path.endsWith(`/${'d'.repeat(200)}/file`), cut?.path.startsWith('/d')]).toEqual([1, true, true])
    expect(cut?.path.length).toBeGreaterThan(3800)
  })

  test('keeps every byte of a name', async () => {
    const observed = await scenario('odd-names', ['file.open'])
    expect(opensOf(observed).map(({ path }) => basename(path))).toEqual([
      'line\nbreak \u001b[31mred\u001b[0m',
      'not utf-8 \udcff\udcfe\udc80',
      'é🐵',
    ])
  })
})

describe('an open', () => {
  test('tells the call, its flags and mode, and whether it made the file', async () => {
    const observed = await scenario('forms', ['file.open'])
    const rows = opensOf(observed)
      .slice(1)
      .map((record) => [typeOf(record), record.rawPath, record.openFlags, record.mode, record.fileFlags & FILE_FLAGS.created])
    const made = FILE_FLAGS.created
    expect(rows).toEqual([
      ['openat', 'new', O.CREAT | O.EXCL | O.WRONLY, 0o640, made],
      ['openat', 'new', O.CREAT | O.WRONLY | O.APPEND, 0o640, 0],
      ['openat', 'new', O.WRONLY | O.TRUNC, 0, 0],
      ['openat', 'new', O.RDWR, 0, 0],
      ['creat', 'created', O.CREAT | O.WRONLY | O.TRUNC, 0o604, made],
      ['openat', '.', O.TMPFILE | O.RDWR, 0o640, made],
      ['openat', 'new', O.PATH, 0, 0],
      ...(arch() === 'x64' ? [['open', 'new', 0, 0, 0]] : []),
      ['openat2', 'hostname', CLOEXEC, 0, 0],
      ['open_by_handle_at', '', 0, 0, 0],
    ])
    expect(opensOf(observed).at(-1)?.path).toBe(`${observed.folder}/new`)
    expect(opensOf(observed).at(-2)?.resolve).toBe(4)
  })

  test('that fails has its errno and the path asked for', async () => {
    const observed = await scenario('failures', ['file.open'])
    const failed = opensOf(observed).filter(({ result }) => result < 0)
    expect(failed.map((record) => [typeOf(record), record.result, short(observed, record.path), record.truncated])).toEqual([
      ['openat', -2, './missing/../missing', 0],
      ['openat', -2, '/etc/nope', 0],
      ['openat', -21, '/etc', 0],
      ['openat', -36, `./${'x'.repeat(299)}`, 0],
      ['openat', -14, '.', 2],
      ['openat', -9, 'nope', 0],
      ['openat2', -40, './link/passwd', 0],
    ])
  })

  test('on an overlay says which layer the file is on', async () => {
    const observed = await scenario('layers', ['file.open'])
    const layers = FILE_FLAGS.lowerLayer | FILE_FLAGS.upperLayer
    const rows = opensOf(observed).filter(({ rawPath }) => rawPath.startsWith('both/'))
    expect(rows.map(({ rawPath, fileFlags }) => [rawPath, fileFlags & layers])).toEqual([
      ['both/low', FILE_FLAGS.lowerLayer],
      ['both/high', FILE_FLAGS.upperLayer],
      ['both/high', FILE_FLAGS.upperLayer],
      ['both/changed', FILE_FLAGS.upperLayer],
      ['both/changed', FILE_FLAGS.upperLayer],
    ])
  })

  test('of a file in memory and of a deleted one says so', async () => {
    const observed = await scenario('memory-files', ['file.open'])
    const bits = FILE_FLAGS.memfd | FILE_FLAGS.deleted
    const rows = opensOf(observed).filter(({ rawPath }) => rawPath.startsWith('/proc/self/fd/'))
    expect(rows.map((record) => [short(observed, record.path), record.fileFlags & bits])).toEqual([
      ['memfd:payload', FILE_FLAGS.memfd],
      ['./gone', FILE_FLAGS.deleted],
    ])
  })

  test('of the memory of a process is told each time when it is for writing, under any name', async () => {
    const observed = await scenario('process-memory', ['file.open'], 10_000)
    const rows = opensOf(observed).filter(({ fileFlags }) => (fileFlags & FILE_FLAGS.processMemory) !== 0)
    const path = `/proc/${observed.pid}/mem`
    expect(rows.slice(0, 4).map((record) => [record.path, record.rawPath, record.openFlags])).toEqual([
      [path, 'alias', O.RDWR],
      [path, 'alias', O.RDWR],
      [path, 'alias', O.RDWR],
      [`/proc/${observed.pid}/task/${observed.pid}/mem`, '/proc/thread-self/mem', O.WRONLY],
    ])
    expect(rows.length).toBeLessThanOrEqual(6)
  })
})

describe('folding', () => {
  test('sends one of many equal opens, and with the next how many there were', async () => {
    const observed = await scenario('equal', ['file.open'], 200)
    const of = (name: string) =>
      opensOf(observed).filter(({ rawPath, fileFlags }) => rawPath === name && (fileFlags & FILE_FLAGS.created) === 0)
    const told = observed.records.filter((record) => record instanceof EventRepeatRecord)
    for (const name of ['same', 'absent']) {
      const [first, second, ...more] = of(name)
      // With the next one, or by itself where that was late.
      const late = told.filter(({ cpu, ofSeq }) => cpu === first?.cpu && ofSeq === first.seq).map(({ repeat }) => repeat)
      expect([name, first?.repeat, Math.max(second?.repeat ?? 0, ...late), more.length]).toEqual([name, 0, 49, 0])
    }
    const counters = observed.counters.kinds.get('file.open')
    expect(counters?.folded).toBeGreaterThanOrEqual(98)
    expect(counters?.seen).toBeGreaterThanOrEqual((counters?.sent ?? 0) + (counters?.folded ?? 0))
  })

  test('never takes together what differs in file, flags, creation, directory or credentials', async () => {
    const observed = await scenario('unequal', ['file.open'], 10_000)
    const rows = opensOf(observed).map((record) => [record.rawPath.replace(/l{9,}/, 'l…'), record.openFlags, record.egid])
    const make = O.CREAT | O.WRONLY
    expect(rows).toEqual([
      ['file', make, 0],
      ['file', 0, 0],
      ['file', O.TRUNC, 0],
      ['file', O.WRONLY, 0],
      ['other', 0, 0],
      ['made', make, 0],
      ['made', make, 0],
      ['absent', 0, 0],
      ['absent2', 0, 0],
      ['absent', 0, 0],
      ['./l…', 0, 0],
      ['./l…', 0, 0],
      ['../file', 0, 12],
    ])
  })
})

describe('names and attributes', () => {
  test('renames, links, removals and what is made, resolved behind their directories', async () => {
    const kinds = ['file.rename', 'file.link', 'file.unlink', 'file.mkdir', 'file.mknod'] as const
    const observed = await scenario('names', kinds)
    const at = (path: string): string => short(observed, path)
    expect(
      recordsOf(observed, 'file.rename', observed.pid).map((r) => [typeOf(r), r.result, at(r.oldPath), at(r.newPath), r.renameFlags]),
    ).toEqual([
      ['rename', 0, './a', './b', 0],
      ['renameat', 0, './b', '././c', 0],
      ['renameat2', 0, './c', './d', 2],
      ['rename', -2, './absent', '/etc/absent', 0],
    ])
    expect(
      recordsOf(observed, 'file.link', observed.pid).map((r) => [typeOf(r), r.symbolic, at(r.oldPath), at(r.newPath), r.linkFlags]),
    ).toEqual([
      ['link', 0, './c', './hard', 0],
      ['linkat', 0, './c', './hard2', 0x1000],
      ['symlink', 1, '../x', './soft', 0],
      ['symlinkat', 1, '/etc/shadow', './soft2', 0],
    ])
    expect(recordsOf(observed, 'file.unlink', observed.pid).map((r) => [typeOf(r), at(r.path), r.unlinkFlags])).toEqual([
      ['unlink', './hard', 0],
      ['unlinkat', './hard2', 0],
      ['rmdir', './e', 0],
      ['unlinkat', './f', 0x200],
    ])
    expect(recordsOf(observed, 'file.mkdir', observed.pid).map((r) => [typeOf(r), r.result, at(r.path), r.mode])).toEqual([
      ['mkdir', 0, '.', 0o700],
      ['mkdir', 0, './e', 0o750],
      ['mkdirat', 0, './f', 0o700],
      ['mkdirat', -2, '/absent/g', 0o700],
    ])
    expect(recordsOf(observed, 'file.mknod', observed.pid).map((r) => [typeOf(r), at(r.path), r.mode, r.nodeDev])).toEqual([
      ['mknodat', './pipe', 0o010600, 0],
      ['mknodat', './block', 0o060600, (8 << 20) | 300],
    ])
  })

  test('mode, owner, length, security attributes and memory files', async () => {
    const kinds = ['file.chmod', 'file.chown', 'file.truncate', 'file.setxattr', 'file.memfd_create'] as const
    const observed = await scenario('attributes', kinds)
    const at = (path: string): string => short(observed, path)
    expect(recordsOf(observed, 'file.chmod', observed.pid).map((r) => [typeOf(r), at(r.path), r.mode])).toEqual([
      ['chmod', './f', 0o4755],
      ['fchmod', './f', 0o600],
      ['fchmodat', './f', 0o2644],
      ...(hooked(observed, 'file_chmod__fchmodat2') ? [['fchmodat2', './f', 0o640]] : []),
    ])
    expect(recordsOf(observed, 'file.chown', observed.pid).map((r) => [typeOf(r), at(r.path), r.newUid, r.newGid, r.chownFlags])).toEqual([
      ['chown', './f', 1, 2, 0],
      ['lchown', './s', 3, 0xffff_ffff, 0],
      ['fchown', './f', 0, 0, 0],
      ['fchownat', './s', 4, 5, 0x100],
    ])
    expect(recordsOf(observed, 'file.truncate', observed.pid).map((r) => [typeOf(r), at(r.path), r.length])).toEqual([
      ['truncate', './f', 5_000_000_000],
      ['ftruncate', './f', 7],
    ])
    expect(
      recordsOf(observed, 'file.setxattr', observed.pid).map((r) => [typeOf(r), r.result, at(r.path), r.attribute, r.valueSize]),
    ).toEqual([
      ['setxattr', 0, './f', 'security.capability', 20],
      ['lsetxattr', -2, './absent', 'security.ima', 1],
      ['fsetxattr', 0, './f', 'security.capability', 20],
      ...(hooked(observed, 'file_setxattr__setxattrat') ? [['setxattrat', 0, './f', 'security.capability', 20]] : []),
    ])
    expect(recordsOf(observed, 'file.memfd_create', observed.pid).map((r) => [r.memfdName, r.memfdFlags])).toEqual([['a name', 2]])
  })
})

/** Whether this kernel has the call of a program. */
const hooked = ({ hooks }: Observed, program: string): boolean =>
  hooks.some((hook) => hook.program === program && hook.state === 'attached')

describe('32-bit calls of a 64-bit program', () => {
  beforeEach(({ skip }) => skip(arch() !== 'x64', 'int 0x80 is of x86'))

  test('are told like the others, with their own argument layout', async () => {
    const kinds: readonly KindName[] = [
      'file.open',
      'file.rename',
      'file.link',
      'file.unlink',
      'file.mkdir',
      'file.chmod',
      'file.chown',
      'file.truncate',
      'file.memfd_create',
    ]
    const observed = await scenario('compat', kinds)
    const of = <K extends KindName>(kind: K) => recordsOf(observed, kind, observed.pid).filter(({ flags }) => (flags & 1) === 1)
    const at = (path: string): string => short(observed, path)
    expect(of('file.open').map((r) => [typeOf(r), at(r.path), r.openFlags & ~CLOEXEC, r.mode, r.resolve])).toEqual([
      ['open', './f', O.CREAT | O.RDWR, 0o600, 0],
      ['creat', './g', O.CREAT | O.WRONLY | O.TRUNC, 0o640, 0],
      ['openat', './f', 0, 0, 0],
      ['openat2', './f', 0, 0, 8],
    ])
    expect(of('file.rename').map((r) => [typeOf(r), r.result, at(r.oldPath), at(r.newPath)])).toEqual([
      ['rename', 0, './f', './h'],
      ['renameat', 0, './h', './f'],
      ['renameat2', 0, './f', './i'],
    ])
    expect(of('file.link').map((r) => [typeOf(r), at(r.oldPath), at(r.newPath)])).toEqual([
      ['link', './i', './j'],
      ['symlink', 't', './k'],
    ])
    expect(of('file.unlink').map((r) => [typeOf(r), at(r.path)])).toEqual([
      ['unlink', './j'],
      ['unlinkat', './k'],
      ['rmdir', './m'],
    ])
    expect(of('file.mkdir').map((r) => [at(r.path), r.mode])).toEqual([['./m', 0o700]])
    expect(of('file.chmod').map((r) => [typeOf(r), at(r.path), r.mode])).toEqual([
      ['chmod', './i', 0o4700],
      ['fchmod', './i', 0o600],
    ])
    expect(of('file.chown').map((r) => [at(r.path), r.newUid, r.newGid])).toEqual([['./i', 6, 7]])
    expect(of('file.truncate').map((r) => [at(r.path), r.length])).toEqual([['./i', 0x1_0000_0001]])
    expect(of('file.memfd_create').map((r) => [r.memfdName, r.memfdFlags])).toEqual([['low name', 1]])
  })
})
