/** The filters of the kernel side against their model, on the same opens and connections. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CLASSES, classCount } from '../../src/events/filter-classes.ts'
import type { Interest, PathTests, Term } from '../../src/events/interest.ts'
import { passes } from '../../src/events/interest-model.ts'
import { eachRecord } from '../../src/sources/each-record.ts'
import type { KnownInode } from '../../src/sources/ebpf/filters/tables.ts'
import { type KernelSource, openKernelSource } from '../../src/sources/ebpf.ts'
import { cannotObserve, compileProgram, type Kept, keep, type Program } from './observe.ts'

const reason = cannotObserve()
let program: Program
let folder = ''
let source: KernelSource
let records: Kept<'file.open'>[] = []

beforeAll(() => {
  if (reason !== undefined) return
  program = compileProgram('opens')
  folder = mkdtempSync(join(tmpdir(), 'tarsier-filters-'))
  for (const place of ['', 'a', 'a/b', '.ssh', `${'x'.repeat(80)}`]) {
    mkdirSync(join(folder, place), { recursive: true })
    for (const name of NAMES) writeFileSync(join(folder, place, name), '')
  }
  symlinkSync(join(folder, 'a/one'), join(folder, 'link'))
  source = openKernelSource({
    kinds: new Set(['file.open']),
    compat: false,
    onBatch: (batch) => void eachRecord(batch, (record) => records.push(keep(record) as Kept<'file.open'>)),
  })
  source.setUnfolded(new Set(['file.open']))
})
afterAll(async () => {
  await source?.stop()
  program?.remove()
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
})
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})

const NAMES = ['one', 'two.pem', 'id_rsa', 'n'.repeat(90), 'é']
const PLACES = ['', 'a/', 'a/b/', '.ssh/', `${'x'.repeat(80)}/`]
const PATHS = PLACES.flatMap((place) => NAMES.map((name) => `${place}${name}`))
const OPENS = [
  ...PATHS.map((path) => `r${path}`),
  ...['wa/one', 'ba/b/one', 'd.ssh', 'da', 'pa/one', 'rlink', 'rmissing', 'dmissing', 'w.ssh/id_rsa'],
]

/** What the program's opens below the folder come to, in order. Each is made twice: the second time the kernel side knows the file. */
async function opened(interest: Interest | undefined): Promise<Kept<'file.open'>[]> {
  source.setInterest(interest, [])
  records = []
  const opens = OPENS.map((open) => `${open[0]}${join(folder, open.slice(1))}`)
  const { pid } = await program.run(...opens, ...opens)
  await source.flush()
  return records.filter((record) => record.pid === pid && record.path.startsWith(folder))
}

const NOTHING: PathTests = { exact: [], prefixes: [], suffixes: [], names: [], parents: [] }
const some = (texts: readonly string[]) => fc.subarray([...texts], { maxLength: 3 })
const path: fc.Arbitrary<PathTests> = fc.record({
  exact: some(PATHS).map((paths) => paths.map((one) => join(folder, one))),
  prefixes: some(['a', 'a/b/', '.ss', `${'x'.repeat(80)}/o`]).map((paths) => paths.map((one) => `${folder}/${one}`)),
  suffixes: some(['.pem', '/one', 'b/id_rsa', `${'n'.repeat(40)}`, 'e', '/.ssh/id_rsa', 'é', 'wo.pem', 'sa']),
  names: some(NAMES),
  parents: some(['a', 'b', '.ssh', 'x'.repeat(80)]),
})
const classes = fc.array(fc.boolean(), {
  minLength: classCount(CLASSES.get('file.open') as never),
  maxLength: classCount(CLASSES.get('file.open') as never),
})
const term: fc.Arbitrary<Term> = fc.record(
  {
    classes,
    path,
    comms: fc.constantFrom(['opens'], ['other'], ['other', 'opens']),
    uids: fc.constantFrom([0], [1000]),
    countsRepeats: fc.boolean(),
    rules: fc.constant([]),
  },
  { requiredKeys: ['countsRepeats', 'rules'] },
)

const NAMED: Interest = new Map([['file.open', [{ path: { ...NOTHING, exact: ['/named'] }, countsRepeats: false, rules: [] }]]])

/** A file below the folder as what a rule calls `/named`. */
function named(path: string): KnownInode {
  const { dev, ino } = statSync(join(folder, path))
  const major = (dev >> 8) & 0xfff
  return { dev: major * 0x10_0000 + ((dev & 0xff) | ((dev >> 12) & 0xfff00)), ino, path: '/named' }
}

const sorted = (found: readonly Kept<'file.open'>[]): string[] => found.map((r) => `${r.path} ${r.openFlags} ${r.result < 0}`).sort()

describe('opens', () => {
  test('that pass the filters are those that pass the model', async () => {
    const all = await opened(undefined)
    expect(all).toHaveLength(2 * OPENS.length)
    await fc.assert(
      fc.asyncProperty(fc.array(term, { maxLength: 6 }), async (terms) => {
        const interest: Interest = new Map([['file.open', terms]])
        const wanted = all.filter((record) => passes(interest, 'file.open', record))
        expect(sorted(await opened(interest))).toEqual(sorted(wanted))
      }),
      { numRuns: 60, seed: 7 },
    )
  }, 60_000)

  test('of a file that a rule names pass by any path to it', async () => {
    expect((await opened(NAMED)).filter(({ result }) => result >= 0)).toEqual([])
    source.setInterest(NAMED, [named('a/one')])
    records = []
    const { pid } = await program.run(`r${join(folder, 'link')}`, `r${join(folder, 'a/two.pem')}`)
    await source.flush()
    expect(records.filter((record) => record.pid === pid && record.path.startsWith(folder)).map((record) => record.path)).toEqual([
      join(folder, 'a/one'),
    ])
  })

  test('of another file are judged anew, though it has the name that was ruled out', async () => {
    source.setInterest(NAMED, [named('a/one')])
    records = []
    const script = ': > x; : < x; rm x; ln a/one x; : < x; rm x'
    spawnSync('taskset', ['-c', '0', 'sh', '-c', `for i in 1 2 3 4 5; do ${script}; done`], { cwd: folder })
    await source.flush()
    expect(records.filter(({ path }) => path === join(folder, 'x'))).toHaveLength(5)
  })

  test('are judged by the old filters or the new ones while they change under load', async () => {
    const wants = (name: string): Interest =>
      new Map([['file.open', [{ path: { ...NOTHING, names: ['one', name] }, countsRepeats: false, rules: [] }]]])
    source.setInterest(wants('first'), [])
    records = []
    const running = program.run('loop', '2', `r${join(folder, 'a/one')}`, `r${join(folder, 'a/two.pem')}`)
    for (let turn = 0; turn < 200; turn++) {
      source.setInterest(wants(`turn-${turn}`), [])
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const { pid, output } = await running
    await source.flush()
    const { lostFull = 0, lostReserved = 0 } = source.counters().kinds.get('file.open') ?? {}
    const of = records.filter((record) => record.pid === pid && record.path.startsWith(folder))
    expect(new Set(of.map((record) => record.path))).toEqual(new Set([join(folder, 'a/one')]))
    expect(of.length + lostFull + lostReserved).toBeGreaterThanOrEqual(Number(output))
  }, 30_000)
})
