/** The kernel source against the kernel: what it attaches, hands over, counts, and what it leaves behind. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { LAYOUT_ID } from '../../src/events/layout-id.ts'
import type { HeaderRecord } from '../../src/events/records.gen.ts'
import { eachRecord, newTally } from '../../src/sources/each-record.ts'
import { type KernelSource, type KernelSourceOptions, openKernelSource } from '../../src/sources/ebpf.ts'
import { cannotObserve, compileProgram, type Kept, observe, type Program, recordsOf } from './observe.ts'

const reason = cannotObserve()
const CHILD = fileURLToPath(new URL('programs/source-child.ts', import.meta.url))
let burst: Program
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-source-'))
  if (reason === undefined) burst = compileProgram('burst')
})
afterAll(() => {
  burst?.remove()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})

/** With a source that is stopped whatever happens. */
async function using<T>(options: Partial<KernelSourceOptions>, action: (source: KernelSource) => T | Promise<T>): Promise<T> {
  const source = openKernelSource({ kinds: new Set(['process.fork']), compat: false, onBatch: () => {}, ...options })
  try {
    return await action(source)
  } finally {
    await source.stop()
  }
}

/** Ids of the BPF programs that a process holds: each descriptor of one, or of a link to one, says so. */
function programsOf(pid: number): number[] {
  const texts = readdirSync(`/proc/${pid}/fdinfo`).map((fd) => readIfThere(`/proc/${pid}/fdinfo/${fd}`))
  return [...new Set(texts.flatMap((text) => /^prog_id:\s*(\d+)/m.exec(text)?.slice(1).map(Number) ?? []))]
}

/** Processes and their descriptors come and go while one looks. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''
    throw error
  }
}

function loadedPrograms(): Set<number> {
  const listed = JSON.parse(execFileSync('bpftool', ['--json', 'prog', 'show'], { encoding: 'utf8' })) as { id: number }[]
  return new Set(listed.map(({ id }) => id))
}

/** Resolves when none of the programs is loaded any more; the kernel takes its time to detach them. */
async function gone(ids: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const loaded = loadedPrograms()
    if (!ids.some((id) => loaded.has(id))) return
    await sleep(100)
  }
  throw new Error('BPF programs are still loaded after 30 s')
}

function startChild(how: 'exit' | 'throw' | 'wait'): { child: ChildProcess; line: () => Promise<string>; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [CHILD, how], { stdio: ['ignore', 'pipe', 'ignore'] })
  const lines: string[] = []
  let wake = (): void => {}
  let rest = ''
  child.stdout?.on('data', (text: Buffer) => {
    const parts = (rest + text.toString()).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    wake()
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const line = async (): Promise<string> => {
    while (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    return lines.shift() ?? ''
  }
  return { child, line, ended }
}

/** PF_EXITING of include/linux/sched.h, in the flags of /proc/PID/stat: zombies have it too. */
const EXITING = 4

/** Neither gone nor about to. */
function isAlive(pid: number): boolean {
  const fields = readIfThere(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
  return fields.length > 6 && (Number(fields[6]) & EXITING) === 0
}

/** Some sandboxes hide their own first process from root and BPF alike. */
function isHidden(pid: number): boolean {
  try {
    readlinkSync(`/proc/${pid}/ns/pid`)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
  }
}

describe('the snapshot', () => {
  test('has every process of /proc', async () => {
    const pids = (): Set<number> =>
      new Set(readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) && isAlive(Number(name)) ? [Number(name)] : [])))
    await using({}, (source) => {
      const before = pids()
      const seen = new Set<number>()
      const tally = eachRecord(source.snapshot(), ({ pid }) => seen.add(pid))
      const after = pids()
      const lasting = [...before].filter((pid) => after.has(pid))
      expect(lasting.filter((pid) => !seen.has(pid) && !isHidden(pid))).toEqual([])
      expect(tally).toMatchObject({ unknown: 0, broken: 0, lostBytes: 0 })
    })
  })

  test('can be taken again', async () => {
    await using({}, (source) => {
      expect(eachRecord(source.snapshot(), () => {}).records).toBeGreaterThan(0)
      expect(eachRecord(source.snapshot(), () => {}).records).toBeGreaterThan(0)
    })
  })
})

describe('nothing is left behind', () => {
  test('after stop', async () => {
    const ids = await using({}, () => programsOf(process.pid))
    expect(ids.length).toBeGreaterThan(0)
    await gone(ids)
  })

  test.each(['exit', 'throw'] as const)('after a process that ends by %s, and it ends at once', async (how) => {
    const { child, line, ended } = startChild(how)
    await line()
    const ids = programsOf(child.pid ?? 0)
    expect(ids.length).toBeGreaterThan(0)
    const start = performance.now()
    await ended
    expect(performance.now() - start).toBeLessThan(2500)
    await gone(ids)
  })

  test('after SIGKILL', async () => {
    const { child, line, ended } = startChild('wait')
    await line()
    const ids = programsOf(child.pid ?? 0)
    expect(ids.length).toBeGreaterThan(0)
    child.kill('SIGKILL')
    await ended
    await gone(ids)
  })

  test('after many starts and stops: no descriptor, and memory does not grow', async () => {
    const fds = (): number => readdirSync('/proc/self/fd').length
    const cycle = (): Promise<void> => using({}, () => {})
    for (let i = 0; i < 10; i++) await cycle()
    const [fdsBefore, before] = [fds(), process.memoryUsage.rss()]
    for (let i = 0; i < 40; i++) await cycle()
    expect(fds()).toBeLessThanOrEqual(fdsBefore)
    // 40 lost sets of batches alone would be 80 MiB.
    expect(process.memoryUsage.rss() - before).toBeLessThan(40 << 20)
  })
})

describe('bursts', () => {
  test('of 10,000 forks arrive whole, or what is lost is counted', async () => {
    const observed = await observe(['process.fork', 'process.exit'], () => burst.run('forks', '10000'))
    const forks = recordsOf(observed, 'process.fork').filter(({ comm }) => comm.toString('latin1').startsWith('burst'))
    const counted = observed.counters.kinds.get('process.fork')
    const lost = (counted?.lostFull ?? 0) + (counted?.lostNested ?? 0)
    expect(forks.length + lost).toBe(10_000)
    expect(observed.counters.gaps).toBeLessThanOrEqual(observed.counters.lost.full + observed.counters.lost.reserved)
  })

  test('with SIGTERM in their middle: it stops at once, and every record is delivered or counted', async () => {
    const { child, line, ended } = startChild('wait')
    await line()
    const endless = spawn(burst.path, ['opens', '1000000000'])
    await sleep(300)
    const start = performance.now()
    child.kill('SIGTERM')
    const told = JSON.parse(await line()) as { read: number; received: number; gaps: number; lost: number }
    expect(await ended).toBe(0)
    expect(performance.now() - start).toBeLessThan(2500)
    endless.kill('SIGKILL')
    expect(told.read).toBe(told.received)
    expect(told.read).toBeGreaterThan(1000)
  })

  test('that nobody reads in time make counted losses, and memory stays bounded', async () => {
    const tally = newTally()
    const stall = new Int32Array(new SharedArrayBuffer(4))
    let peak = 0
    const onBatch: KernelSourceOptions['onBatch'] = (batch) => {
      eachRecord(batch, () => {}, tally)
      Atomics.wait(stall, 0, 0, 20)
      peak = Math.max(peak, process.memoryUsage.rss())
    }
    await using({ kinds: new Set(['file.open']), foldWindowMs: 0, ringBytes: 1 << 20, onBatch }, async (source) => {
      const before = process.memoryUsage.rss()
      await burst.run('opens', '300000')
      const sent = (): number => source.counters().kinds.get('file.open')?.sent ?? 0
      // Other processes go on meanwhile: what was sent before the flush has been read after it, and nothing that was not sent.
      const sentBefore = sent()
      await source.flush()
      expect(tally.records).toBeGreaterThanOrEqual(sentBefore)
      expect(tally.records).toBeLessThanOrEqual(sent())
      const { lost, gaps } = source.counters()
      expect(lost.full + lost.reserved).toBeGreaterThan(1000)
      // What was lost behind the last record that arrived shows no gap yet.
      expect(gaps).toBeGreaterThan(0)
      expect(gaps).toBeLessThanOrEqual(lost.full + lost.reserved)
      expect(peak - before).toBeLessThan(64 << 20)
    })
  })
})

describe('two sources at once', () => {
  test('see the same forks, each with its own sequence', async () => {
    const seen: number[][] = [[], []]
    const into = (own: number[] | undefined) => (record: HeaderRecord) => {
      if (record.comm.toString('latin1').startsWith('burst')) own?.push((record as Kept<'process.fork'>).childPid)
    }
    await using({ onBatch: (batch) => void eachRecord(batch, into(seen[0])) }, (first) =>
      using({ onBatch: (batch) => void eachRecord(batch, into(seen[1])) }, async (second) => {
        await burst.run('forks', '200')
        await Promise.all([first.flush(), second.flush()])
        expect([first.counters().gaps, second.counters().gaps]).toEqual([0, 0])
      }),
    )
    expect(seen[0]).toHaveLength(200)
    expect(seen[1]).toEqual(seen[0])
  })
})

describe('flush', () => {
  test('resolves when what happened before has been through onBatch, also when nothing did', async () => {
    const tally = newTally()
    await using({ onBatch: (batch) => void eachRecord(batch, () => {}, tally) }, async (source) => {
      await source.flush()
      await burst.run('forks', '50')
      await source.flush()
      expect(tally.records).toBeGreaterThanOrEqual(50)
    })
  })

  test('and stop may be called again and after the end', async () => {
    const source = openKernelSource({ kinds: new Set(['process.fork']), compat: false, onBatch: () => {} })
    await Promise.all([source.flush(), source.stop(), source.stop(), source.flush()])
    await source.flush()
    await source.stop()
    expect(source.counters().cpus.length).toBeGreaterThan(0)
  })
})

describe('what does not work is told', () => {
  let faulty = ''
  beforeAll(() => {
    if (reason !== undefined) return
    faulty = join(folder, 'faulty.bpf.o')
    const source = fileURLToPath(new URL('programs/faulty.bpf.c', import.meta.url))
    execFileSync('clang', ['-O2', '-g', '-target', 'bpf', '-mcpu=v3', '-I', '/usr/include/x86_64-linux-gnu', '-c', source, '-o', faulty])
  })

  test('program by program: one that is missing or refused does not stop the others', async () => {
    await using({ kinds: new Set(['uring.setup']), objectPath: faulty }, ({ hooks }) => {
      expect(hooks.map(({ program, state, reason: why }) => [program, state, why])).toEqual([
        ['uring_setup__works', 'attached', ''],
        ['uring_setup__no_tracepoint', 'missing', expect.stringContaining('no tracepoint syscalls/sys_exit_nosuchcall')],
        ['uring_setup__no_btf', 'missing', expect.stringContaining('btf_trace_no_such_tracepoint')],
        ['uring_setup__refused', 'failed', expect.stringContaining('Permission denied')],
      ])
      expect(hooks.at(-1)?.log).toMatch(/invalid bpf_context access/)
    })
  })

  test('records whose sizes cannot be are counted, and those around them arrive', async () => {
    const tally = newTally()
    const onBatch: KernelSourceOptions['onBatch'] = (batch) => void eachRecord(batch, () => {}, tally)
    await using({ kinds: new Set(['uring.setup']), objectPath: faulty, onBatch }, async (source) => {
      execFileSync('sh', ['-c', 'echo $PPID'])
      await source.flush()
      const { received, corrupt } = source.counters()
      expect(received).toBeGreaterThan(0)
      expect(tally).toMatchObject({ records: received, broken: 0, unknown: 0 })
      expect(corrupt).toBe(2 * received)
    })
  })

  test('a snapshot without its program', async () => {
    await using({ kinds: new Set(['uring.setup']), objectPath: faulty }, (source) => {
      expect(() => source.snapshot()).toThrow(expect.objectContaining({ code: 'SENSOR_SNAPSHOT' }))
    })
  })

  const open = (objectPath: string) => () => openKernelSource({ kinds: new Set(['process.fork']), objectPath, onBatch: () => {} })

  test('an object that is missing, or is none', () => {
    expect(open(join(folder, 'nowhere.o'))).toThrow(expect.objectContaining({ code: 'SENSOR_OBJECT' }))
    const garbage = join(folder, 'garbage.o')
    writeFileSync(garbage, 'not an ELF file')
    expect(open(garbage)).toThrow(expect.objectContaining({ code: 'SENSOR_FAILED' }))
  })

  test('an object that was built for another layout of records', () => {
    const object = readFileSync(fileURLToPath(new URL('../../build/sensor.bpf.o', import.meta.url)))
    const id = Buffer.alloc(4)
    id.writeUInt32LE(LAYOUT_ID)
    const at = object.indexOf(id)
    expect(at).toBeGreaterThan(0)
    object.writeUInt32LE(LAYOUT_ID + 1, at)
    const other = join(folder, 'other.o')
    writeFileSync(other, object)
    expect(open(other)).toThrow(expect.objectContaining({ code: 'SENSOR_STALE' }))
  })

  test('a process without privileges', () => {
    const script = `import(${JSON.stringify(fileURLToPath(new URL('../../src/sources/ebpf.ts', import.meta.url)))}).then(({ openKernelSource }) => {
      try { openKernelSource({ kinds: new Set(['process.fork']), onBatch: () => {} }) } catch (error) { console.log(error.code, error.message) }
    })`
    const printed = execFileSync('setpriv', ['--bounding-set=-all', process.execPath, '-e', script], {
      encoding: 'utf8',
    })
    expect(printed).toMatch(/^SENSOR_NO_PRIVILEGE .*CAP_BPF and CAP_PERFMON/)
  })
})
