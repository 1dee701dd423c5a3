/** Kinds that come and go while the sensor runs: the others feel nothing of it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KINDS, type KindName } from '../../src/events/kinds.ts'
import { eachRecord } from '../../src/sources/each-record.ts'
import { type KernelSource, openKernelSource } from '../../src/sources/ebpf.ts'
import { cannotObserve, compileProgram, type Program } from './observe.ts'

const reason = cannotObserve()
let burst: Program
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-kinds-'))
  if (reason === undefined) burst = compileProgram('burst')
})
afterAll(() => {
  burst?.remove()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})

interface Watch {
  readonly source: KernelSource
  /** Records so far of one kind, by thread. */
  readonly count: (kind: KindName, pid: number) => number
}

/** With a source that does not fold, so that events can be counted, and whose ring holds them all. */
async function watching(kinds: readonly KindName[], action: (watch: Watch) => Promise<void>): Promise<void> {
  const counts = new Map<string, number>()
  const idOf = (kind: KindName): number | undefined => KINDS.find(({ name }) => name === kind)?.id
  const onBatch: Parameters<typeof openKernelSource>[0]['onBatch'] = (batch) =>
    void eachRecord(batch, ({ kind, pid }) => counts.set(`${kind} ${pid}`, (counts.get(`${kind} ${pid}`) ?? 0) + 1))
  const source = openKernelSource({ kinds: new Set(kinds), foldWindowMs: 0, ringBytes: 64 << 20, onBatch })
  try {
    await action({ source, count: (kind, pid) => counts.get(`${idOf(kind)} ${pid}`) ?? 0 })
  } finally {
    await source.stop()
  }
}

const OPENS = 60_000
/** Of adding and taking away; how many fit into a run of the process depends on the machine. */
const ROUNDS = 3

describe('while a process opens files as fast as it can', () => {
  test('kinds are added and taken away, and each of its opens arrives once', async () => {
    await watching(['file.open'], async ({ source, count }) => {
      let pids: number[] = []
      let rounds = 0
      while (rounds < ROUNDS) {
        let ended = false
        const run = burst.run('opens', String(OPENS)).finally(() => (ended = true))
        while (!ended) {
          source.addKinds(new Set(['file.mkdir', 'mount.mount']))
          await new Promise((resolve) => setTimeout(resolve, 5))
          source.keepKinds(new Set(['file.open']))
          rounds++
        }
        pids = [...pids, (await run).pid]
        await source.flush()
      }
      const { lost, gaps, kinds } = source.counters()
      expect({ lost, gaps }).toEqual({ lost: { full: 0, reserved: 0, nested: 0 }, gaps: 0 })
      // The loader opens libc and its cache first.
      const more = pids.map((pid) => count('file.open', pid) - OPENS)
      expect(Math.min(...more)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...more)).toBeLessThan(8)
      expect(kinds.get('file.open')?.sent).toBeGreaterThanOrEqual(OPENS * pids.length)
    })
  })
})

describe('a kind', () => {
  test('that is added is watched on return, one that is taken away no more, and again when it is added again', async () => {
    await watching(['process.fork'], async ({ source, count }) => {
      /** By another process, as what the agent's own does is no event. Returns how often it was told. */
      const told = async (name: string): Promise<number> => {
        const { pid, status } = spawnSync('mkdir', [join(folder, name)])
        expect(status).toBe(0)
        await source.flush()
        return count('file.mkdir', pid)
      }
      expect(await told('before')).toBe(0)
      source.addKinds(new Set(['process.fork', 'file.mkdir']))
      expect(source.hooks.some(({ kind, state }) => kind === 'file.mkdir' && state === 'attached')).toBe(true)
      expect(await told('added')).toBe(1)
      source.keepKinds(new Set(['process.fork']))
      expect(source.hooks.some(({ kind }) => kind === 'file.mkdir')).toBe(false)
      expect(await told('removed')).toBe(0)
      source.addKinds(new Set(['file.mkdir']))
      expect(await told('again')).toBe(1)
    })
  })
})
