import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeRecord } from '../events/encode.ts'
import { KINDS } from '../events/kinds.ts'
import { type Batch, batchOf } from '../events/raw-record.ts'
import { AppError } from '../lib/app-error.ts'
import { openRecording, type RecordingChunk } from './recording/reader.ts'
import { createRecording, type RecordingOptions, type RecordingSink, startRecording } from './recording.ts'

const HOST = { hostname: 'vm', kernel: '6.1.0', bootEpochNs: 1.7e18 }
let folder = ''
let files = 0

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recording-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const newPath = (): string => join(folder, `${++files}.tsr`)

const opens = (count: number, first = 0): Batch =>
  batchOf(
    Buffer.concat(
      Array.from({ length: count }, (_, i) => encodeRecord('file.open', { seq: first + i, pid: 7, path: `/etc/file-${first + i}` })),
    ),
  )

async function writeSample(path: string): Promise<void> {
  const writer = await createRecording(path, { host: HOST })
  writer.side({ users: [{ uid: 0, name: 'root' }] })
  writer.snapshot(batchOf(encodeRecord('process.snapshot', { pid: 1, exe: '/sbin/init' })))
  writer.events(opens(20))
  writer.side('a container came')
  writer.events(opens(20, 20))
  await writer.close({ lost: 3 })
}

/** What a file gives: its chunks as plain values, and the code of the error at its end. */
async function readAll(path: string): Promise<{ chunks: string[]; error: string | undefined }> {
  const chunks: string[] = []
  let recording: Awaited<ReturnType<typeof openRecording>> | undefined
  try {
    recording = await openRecording(path)
    for await (const chunk of recording.chunks()) chunks.push(plain(chunk))
    return { chunks, error: undefined }
  } catch (error) {
    if (error instanceof AppError) return { chunks, error: error.code }
    throw error
  } finally {
    await recording?.close()
  }
}

const plain = (chunk: RecordingChunk): string =>
  'batch' in chunk ? `${chunk.kind} ${chunk.batch.bytes.toString('base64')}` : JSON.stringify(chunk)

describe('a recording', () => {
  test('gives back records, side values and the last word in order, byte for byte', async () => {
    const path = newPath()
    await writeSample(path)
    expect(await readAll(path)).toEqual({
      error: undefined,
      chunks: [
        '{"kind":"side","value":{"users":[{"uid":0,"name":"root"}]}}',
        `snapshot ${encodeRecord('process.snapshot', { pid: 1, exe: '/sbin/init' }).toString('base64')}`,
        `events ${opens(20).bytes.toString('base64')}`,
        '{"kind":"side","value":"a container came"}',
        `events ${opens(20, 20).bytes.toString('base64')}`,
        expect.stringMatching(
          /^\{"kind":"end","counts":\{"records":41,"droppedRecords":0,"droppedSides":0,"fileBytes":\d+\},"final":\{"lost":3\}\}$/,
        ),
      ],
    })
  })

  test('is readable by its owner alone', async () => {
    const path = newPath()
    await writeSample(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('never overwrites a file', async () => {
    const path = newPath()
    writeFileSync(path, 'precious')
    await expect(createRecording(path, { host: HOST })).rejects.toMatchObject({ code: 'RECORDING_EXISTS' })
    expect(readFileSync(path, 'utf8')).toBe('precious')
  })

  test('is cut into chunks at whole records however large a batch is', async () => {
    const path = newPath()
    const large = batchOf(Buffer.concat(Array.from({ length: 400 }, () => encodeRecord('file.unlink', { path: Buffer.alloc(4096, 97) }))))
    const writer = await createRecording(path, { host: HOST })
    writer.snapshot(large)
    await writer.close()
    const { chunks } = await readAll(path)
    const parts = chunks.filter((chunk) => chunk.startsWith('snapshot')).map((chunk) => Buffer.from(chunk.slice(9), 'base64'))
    expect(parts.length).toBeGreaterThan(1)
    expect(Buffer.concat(parts).equals(large.bytes)).toBe(true)
  })

  test('survives the batch being used again after the call', async () => {
    const path = newPath()
    const writer = await createRecording(path, { host: HOST })
    const batch = opens(3)
    writer.events(batch)
    batch.bytes.fill(0)
    await writer.close()
    expect((await readAll(path)).chunks[0]).toBe(`events ${opens(3).bytes.toString('base64')}`)
  })
})

describe('a damaged recording', () => {
  test('cut at any byte gives every chunk that is whole, then says that it breaks off', async () => {
    const path = newPath()
    await writeSample(path)
    const whole = readFileSync(path)
    const { chunks } = await readAll(path)
    for (let length = whole.length - 1; length >= 0; length--) {
      truncateSync(path, length)
      const read = await readAll(path)
      expect(read.error, `cut at ${length}`).toBe('RECORDING_TRUNCATED')
      expect(read.chunks, `cut at ${length}`).toEqual(chunks.slice(0, read.chunks.length))
    }
  })

  test('with one byte changed anywhere gives only chunks that are right, and an error', async () => {
    const path = newPath()
    await writeSample(path)
    const whole = readFileSync(path)
    const { chunks } = await readAll(path)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(whole)
        damaged[at] = (damaged[at] ?? 0) ^ change
        writeFileSync(path, damaged)
        const read = await readAll(path)
        // A byte of the zstd frame's own header may change without any effect on what it holds.
        if (read.error === undefined) expect(read.chunks).toEqual(chunks)
        else expect(['RECORDING_CORRUPT', 'RECORDING_TRUNCATED', 'RECORDING_FOREIGN', 'RECORDING_VERSION']).toContain(read.error)
        expect(read.chunks).toEqual(chunks.slice(0, read.chunks.length))
      }),
      { numRuns: 300 },
    )
  })

  test('with two chunks exchanged is damaged: chunks are numbered', async () => {
    const path = newPath()
    const writer = await createRecording(path, { host: HOST })
    for (const name of ['a', 'b']) writer.side(name.repeat(3))
    await writer.close()
    const whole = readFileSync(path)
    const starts = [...whole.toString('latin1').matchAll(/TSR1/g)].map(({ index }) => index - 8)
    const [, a = 0, b = 0, end = 0] = starts
    writeFileSync(path, Buffer.concat([whole.subarray(0, a), whole.subarray(b, end), whole.subarray(a, b), whole.subarray(end)]))
    expect(await readAll(path)).toEqual({ chunks: [], error: 'RECORDING_CORRUPT' })
  })

  test.each([
    ['an empty file', '', 'RECORDING_TRUNCATED'],
    ['some other file', 'root:x:0:0:root:/root:/bin/sh\n', 'RECORDING_FOREIGN'],
    ['a few bytes of some other file', 'PK', 'RECORDING_FOREIGN'],
  ])('%s is told by its name', async (_, content, code) => {
    const path = newPath()
    writeFileSync(path, content)
    expect(await readAll(path)).toEqual({ chunks: [], error: code })
  })

  test('a file that is not there cannot be opened', async () => {
    expect(await readAll(join(folder, 'nowhere'))).toEqual({ chunks: [], error: 'RECORDING_OPEN' })
  })
})

/** A sink that fails at its n-th write, as a full disk does. */
function failingSink(after: number): RecordingSink & { written: number } {
  return {
    written: 0,
    async write() {
      if (this.written >= after) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      this.written++
    },
    close: async () => {},
  }
}

const start = (sink: RecordingSink, options: Partial<RecordingOptions> = {}) => startRecording(sink, 'x.tsr', { host: HOST, ...options })

describe('when the file cannot be written any more', () => {
  test('one error is told, and every record that is not in the file is counted', async () => {
    const errors: AppError[] = []
    const writer = start(failingSink(2), { onError: (error) => errors.push(error) })
    writer.events(opens(10))
    writer.side(1) // seals the ten
    writer.events(opens(5))
    writer.side(2)
    writer.events(opens(7))
    const counts = await writer.close()
    expect(errors.map(({ code }) => code)).toEqual(['RECORDING_WRITE'])
    expect(errors[0]?.message).toContain('no space left on device')
    expect(counts).toMatchObject({ records: 10, droppedRecords: 12, droppedSides: 2 })
  })

  test('what comes after the end is counted as dropped', async () => {
    const writer = start(failingSink(100))
    await writer.close()
    writer.events(opens(4))
    expect(writer.counts()).toMatchObject({ records: 0, droppedRecords: 4 })
  })
})

test('a disk that is too slow makes counted drops, and memory stays within maxPendingBytes', async () => {
  let release = (): void => {}
  const blocked = new Promise<void>((resolve) => {
    release = resolve
  })
  let held = 0
  const sink: RecordingSink = {
    write: async () => {
      held++
      await blocked
    },
    close: async () => {},
  }
  const writer = start(sink, { maxPendingBytes: 256 << 10 })
  const batch = opens(100)
  for (let i = 0; i < 100; i++) writer.events(batch)
  const { records, droppedRecords } = writer.counts()
  release()
  const end = await writer.close()
  expect(held).toBeGreaterThan(0)
  expect(droppedRecords).toBeGreaterThan(5000)
  expect(records * (batch.bytes.length / 100)).toBeLessThanOrEqual(256 << 10)
  expect(end.records + end.droppedRecords).toBe(10_000)
})

test('every kind goes through a recording unchanged', async () => {
  const path = newPath()
  const all = batchOf(Buffer.concat(KINDS.map(({ name }) => encodeRecord(name, { pid: 3, comm: 'x' }))))
  const writer = await createRecording(path, { host: HOST })
  writer.events(all)
  await writer.close()
  expect((await readAll(path)).chunks[0]).toBe(`events ${all.bytes.toString('base64')}`)
})
