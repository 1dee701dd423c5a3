/** Equal events are counted in the kernel: however they end, all of them arrive in a count. */
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EventRepeatRecord, FileOpenRecord } from '../../src/events/records.gen.ts'
import { eachRecord } from '../../src/sources/each-record.ts'
import { type KernelSource, openKernelSource } from '../../src/sources/ebpf.ts'
import { type RunningTarsier, startTarsier, until } from '../tarsier.ts'
import { cannotObserve, compileProgram, observe, type Program, recordsOf } from './observe.ts'

const reason = cannotObserve()
/** Far more than the table has places. */
const MANY_FILES = 3000
const NEVER_MS = 3_600_000
let program: Program
let source: KernelSource | undefined
let agent: RunningTarsier | undefined

beforeAll(() => {
  if (reason !== undefined) return
  program = compileProgram('repeats')
  for (let n = 0; n < MANY_FILES; n++) writeFileSync(join(program.folder, String(n)), '')
})
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})
afterEach(async () => {
  await source?.stop()
  await agent?.stop('SIGKILL')
  source = undefined
  agent = undefined
})
afterAll(() => program?.remove())

interface Watched {
  readonly source: KernelSource
  /** How often each file was opened, as the events and the counts say. */
  readonly times: ReadonlyMap<string, number>
  /** Events of opens that came. */
  readonly sent: () => number
}

function watch(foldWindowMs: number): Watched {
  const times = new Map<string, number>()
  const pathOf = new Map<string, string>()
  let sent = 0
  const add = (path: string, more: number): void => void times.set(path, (times.get(path) ?? 0) + more)
  source = openKernelSource({
    kinds: new Set(['file.open']),
    compat: false,
    foldWindowMs,
    onBatch: (batch) => {
      eachRecord(batch, (record) => {
        if (record instanceof EventRepeatRecord) {
          const path = pathOf.get(`${record.cpu}-${record.ofSeq}`)
          if (path !== undefined) add(path, record.repeat)
        } else if (record instanceof FileOpenRecord && record.path.startsWith(`${program.folder}/`)) {
          sent++
          pathOf.set(`${record.cpu}-${record.seq}`, record.path)
          add(record.path, 1 + record.repeat)
        }
      })
    },
  })
  return { source, times, sent: () => sent }
}

const total = ({ times }: Watched): number => [...times.values()].reduce((sum, one) => sum + one, 0)

describe('of equal opens, all arrive', () => {
  test.each([1, 2, 1000])('%i by a process that ends at once', async (count) => {
    const watched = watch(100)
    await program.run('1', String(count))
    await until(
      () => total(watched) >= count,
      10_000,
      () => `${total(watched)} of ${count}`,
    )
    await watched.source.stop()
    expect([...watched.times]).toEqual([[join(program.folder, '0'), count]])
  })

  test('when others push them out of the table', async () => {
    const watched = watch(NEVER_MS)
    await program.run(String(MANY_FILES), '4')
    await watched.source.stop()
    expect(watched.times.size).toBe(MANY_FILES)
    expect([...watched.times].filter(([, count]) => count !== 4)).toEqual([])
    expect(watched.source.counters().kinds.get('event.repeat')?.lostFull ?? 0).toBe(0)
  })

  test('when the watch ends within the window', async () => {
    const watched = watch(NEVER_MS)
    await program.run('3', '500')
    await watched.source.flush()
    expect(watched.sent()).toBeLessThan(100)
    await watched.source.stop()
    expect(watched.times).toEqual(new Map([0, 1, 2].map((n) => [join(program.folder, String(n)), 500])))
  })
})

describe('while it runs', () => {
  test('the window can be closed and opened', async () => {
    const watched = watch(NEVER_MS)
    const { setFoldWindow, flush } = watched.source
    const sentOf100 = async (): Promise<number> => {
      const before = watched.sent()
      await program.run('1', '100')
      await flush()
      return watched.sent() - before
    }
    const folded = await sentOf100()
    setFoldWindow(0)
    const single = await sentOf100()
    setFoldWindow(NEVER_MS)
    const again = await sentOf100()
    expect([folded < 20, single, again < 20]).toEqual([true, 100, true])
  })

  test('kinds of which a rule tells equal events apart are not folded', async () => {
    const watched = watch(NEVER_MS)
    watched.source.setUnfolded(new Set(['file.open']))
    await program.run('1', '100')
    await watched.source.flush()
    expect(watched.sent()).toBe(100)
    watched.source.setUnfolded(new Set())
    await program.run('1', '100')
    await watched.source.flush()
    expect(watched.sent()).toBeLessThan(120)
  })
})

describe('findings', () => {
  test('count every open, also when the agent is stopped at once', async () => {
    const rules = join(program.folder, 'rule.yaml')
    const condition = `evt.type in (open, openat) and fd.name startswith ${program.folder}/ and proc.name = repeats`
    writeFileSync(rules, JSON.stringify([{ rule: 'Watched', desc: 'A test.', condition, output: 'opened %fd.name', priority: 'NOTICE' }]))
    const started = await startTarsier(['run', '--rules', rules, '--json'])
    agent = started
    await program.run('7', '300')
    await until(() => started.findings().length > 0, 5000, started.stdout)
    await started.stop('SIGTERM')
    rmSync(rules)
    expect(started.findings().reduce((sum, { count }) => sum + count, 0)).toBe(2100)
  })
})

test('a file by another path is another open, though only a directory above it was renamed', async () => {
  const script =
    'mkdir -p before/inner && : > before/inner/f; : < before/inner/f; mv before after; : < after/inner/f; : < after/inner/f; rm -r after'
  const observed = await observe(['file.open', 'file.rename'], () =>
    spawnSync('taskset', ['-c', '0', 'sh', '-c', script], { cwd: program.folder }),
  )
  const paths = recordsOf(observed, 'file.open')
    .filter(({ path, openFlags }) => path.endsWith('/inner/f') && (openFlags & 3) === 0)
    .map(({ path }) => path.slice(program.folder.length))
  expect(paths).toEqual(['/before/inner/f', '/after/inner/f'])
})
