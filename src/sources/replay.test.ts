import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeRecord } from '../events/encode.ts'
import { type Batch, batchOf } from '../events/raw-record.ts'
import { eachRecord } from './each-record.ts'
import { createRecording } from './recording.ts'
import { openReplaySource, type ReplayOptions } from './replay.ts'

const HOST = { hostname: 'vm', kernel: '6.1.0', bootEpochNs: 1.7e18 }
const PATHS = ['/a', '/b', '/c', '/d', '/e', '/f']
let folder = ''
let path = ''

/** Six opens, 20 ms apart, with a side value in their middle. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'))
  path = join(folder, 'one.tsr')
  const writer = await createRecording(path, { host: HOST })
  writer.side('users')
  for (const pid of [1, 2]) writer.snapshot(batchOf(encodeRecord('process.snapshot', { pid })))
  const open = (index: number): Batch => batchOf(encodeRecord('file.open', { timeNs: 1e9 + index * 20e6, path: PATHS[index] }))
  for (const index of [0, 1, 2]) writer.events(open(index))
  writer.side('container')
  for (const index of [3, 4, 5]) writer.events(open(index))
  await writer.close('losses')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Opens with a log of what comes, in order. */
async function opened(options: Partial<ReplayOptions> = {}) {
  const log: string[] = []
  const source = await openReplaySource({
    path,
    onBatch: (batch) => void eachRecord(batch, (record) => log.push((record as unknown as { path: string }).path)),
    onSide: (value) => log.push(`side ${value}`),
    ...options,
  })
  return { source, log }
}

describe('a replay', () => {
  test('gives what was live: the snapshot and the facts first, then events and side values in order', async () => {
    const { source, log } = await opened()
    const pids: number[] = []
    eachRecord(source.snapshot(), ({ pid }) => pids.push(pid))
    expect({ pids, sides: source.sides, boot: source.bootEpochNs, host: source.host.hostname, log }).toEqual({
      pids: [1, 2],
      sides: ['users'],
      boot: 1.7e18,
      host: 'vm',
      log: [],
    })
    const end = await source.play()
    await source.stop()
    expect(log).toEqual([...PATHS.slice(0, 3), 'side container', ...PATHS.slice(3)])
    expect(end).toMatchObject({ unreadable: 0, counts: { records: 8, droppedRecords: 0 }, final: 'losses' })
  })

  test('at a pace takes the recorded time divided by it', async () => {
    const { source, log } = await opened({ speed: 2 })
    const start = performance.now()
    await source.play()
    const took = performance.now() - start
    await source.stop()
    expect(log).toHaveLength(7)
    // 100 ms were recorded between the first and the last; a timer may come late, never early.
    expect(took).toBeGreaterThanOrEqual(48)
  })

  test('can be stopped between two batches', async () => {
    const { source, log } = await opened({ speed: 0.01, onSide: () => {} })
    const played = source.play()
    await new Promise((resolve) => setTimeout(resolve, 20))
    const stopped = source.stop()
    expect(log).toEqual(['/a'])
    await stopped
    expect(await Promise.race([played, new Promise((resolve) => setTimeout(resolve, 500, 'still playing'))])).toMatchObject({
      counts: undefined,
    })
  })

  test('of a file that breaks off hands over all that is whole, then says so', async () => {
    const whole = readFileSync(path)
    const cut = join(folder, 'cut.tsr')
    writeFileSync(cut, whole.subarray(0, whole.length - 100))
    const { source, log } = await opened({ path: cut })
    await expect(source.play()).rejects.toMatchObject({ code: 'RECORDING_TRUNCATED' })
    await source.stop()
    expect(log.slice(0, 4)).toEqual([...PATHS.slice(0, 3), 'side container'])
  })

  test('of a file that breaks off in the snapshot still gives the processes before', async () => {
    const whole = readFileSync(path)
    const cut = join(folder, 'early.tsr')
    const thirdChunk = [...whole.toString('latin1').matchAll(/TSR1/g)][3]?.index ?? 0
    writeFileSync(cut, whole.subarray(0, thirdChunk))
    const { source } = await opened({ path: cut })
    const pids: number[] = []
    eachRecord(source.snapshot(), ({ pid }) => pids.push(pid))
    expect(pids).toEqual([1, 2])
    await expect(source.play()).rejects.toMatchObject({ code: 'RECORDING_TRUNCATED' })
    await source.stop()
  })

  test('ends with what onBatch throws', async () => {
    const { source } = await opened({
      onBatch: () => {
        throw new Error('a mistake of ours')
      },
    })
    await expect(source.play()).rejects.toThrow('a mistake of ours')
    await source.stop()
  })
})
