/** A recording as a source of events: what was live comes again, as fast as possible or at a multiple of its own pace. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Batch, batchOf } from '../events/raw-record.ts'
import { eachRecord } from './each-record.ts'
import { openRecording, type Recording, type RecordingChunk } from './recording/reader.ts'
import type { RecordedHost, RecordingCounts } from './recording.ts'

export interface ReplayOptions {
  readonly path: string
  /** 1 is the pace at which it happened, 2 twice that; absent, as fast as possible. */
  readonly speed?: number
  /** The batch and its records are valid until it returns or resolves. What it throws ends the replay. */
  readonly onBatch: (batch: Batch) => void | Promise<void>
  /** Side values between the events, where the recorder put them. Those before the first event are in `sides`. */
  readonly onSide?: (value: unknown) => void
}

export interface ReplayEnd {
  /** Records that this version could not read: of kinds that no longer exist, or damaged. */
  readonly unreadable: number
  /** What the recorder counted; undefined when play was stopped before. */
  readonly counts: RecordingCounts | undefined
  /** What the recorder was given at its end, for example the sensor's losses. */
  readonly final: unknown
}

export interface ReplaySource {
  readonly host: RecordedHost
  readonly bootEpochNs: number
  /** Side values before the first event, for example the host's users. */
  readonly sides: readonly unknown[]
  /** The processes that ran when the recording began. */
  snapshot(): Batch
  /** Once. @throws {AppError} RECORDING_TRUNCATED, RECORDING_CORRUPT, after all that is whole has been through onBatch */
  play(): Promise<ReplayEnd>
  /** Ends play() after the present batch. */
  stop(): Promise<void>
}

/** A batch of a paced replay spans no more of the recorded time. */
const PACE_NS = 10e6

/** Opens the file and reads what stands before the first event. @throws {AppError} RECORDING_* as openRecording does */
export async function openReplaySource(options: ReplayOptions): Promise<ReplaySource> {
  const recording = await openRecording(options.path)
  const chunks = recording.chunks()
  const before = await readBefore(chunks)
  const stopping = new AbortController()
  return {
    host: recording.host,
    bootEpochNs: recording.host.bootEpochNs,
    sides: before.sides,
    snapshot: () => batchOf(before.snapshot),
    play: () => play(recording, before, chunks, options, stopping.signal),
    stop: async () => {
      stopping.abort()
      await recording.close()
    },
  }
}

interface Before {
  readonly snapshot: Buffer
  readonly sides: readonly unknown[]
  /** The first chunk of events (or the end), read already. */
  readonly next: RecordingChunk | undefined
  /** What reading it threw: told by play(), after the snapshot has been handed over. */
  readonly error: unknown
}

async function readBefore(chunks: AsyncGenerator<RecordingChunk>): Promise<Before> {
  const parts: Buffer[] = []
  const sides: unknown[] = []
  const done = (next: RecordingChunk | undefined, error?: unknown): Before => ({ snapshot: Buffer.concat(parts), sides, next, error })
  try {
    for (;;) {
      const { value } = await chunks.next()
      if (value?.kind === 'snapshot') parts.push(value.batch.bytes)
      else if (value?.kind === 'side') sides.push(value.value)
      else return done(value ?? undefined)
    }
  } catch (error) {
    return done(undefined, error)
  }
}

async function play(
  recording: Recording,
  { next, error }: Before,
  chunks: AsyncGenerator<RecordingChunk>,
  options: ReplayOptions,
  stopped: AbortSignal,
): Promise<ReplayEnd> {
  if (error !== undefined) throw error
  const pace = options.speed === undefined ? undefined : pacer(options.speed, stopped)
  let end: ReplayEnd = { unreadable: 0, counts: undefined, final: undefined }
  let chunk = next
  while (chunk !== undefined && !stopped.aborted) {
    if (chunk.kind === 'end') end = { unreadable: 0, counts: chunk.counts, final: chunk.final }
    else if (chunk.kind === 'side') options.onSide?.(chunk.value)
    else await hand(chunk.batch, options.onBatch, pace, stopped)
    chunk = stopped.aborted ? undefined : ((await chunks.next()).value ?? undefined)
  }
  return { ...end, unreadable: recording.left.unknown + recording.left.broken }
}

type Pace = (firstNs: number) => Promise<void>

/** Waits until the recorded time has come, or the replay is stopped. */
function pacer(speed: number, stopped: AbortSignal): Pace {
  let start: { readonly recordedNs: number; readonly ms: number } | undefined
  return async (firstNs) => {
    start ??= { recordedNs: firstNs, ms: performance.now() }
    const wait = (firstNs - start.recordedNs) / 1e6 / speed - (performance.now() - start.ms)
    if (wait > 1) await sleep(wait, undefined, { signal: stopped }).catch((error: unknown) => rethrowUnless(stopped.aborted, error))
  }
}

function rethrowUnless(expected: boolean, error: unknown): void {
  if (!expected) throw error
}

async function hand(batch: Batch, onBatch: ReplayOptions['onBatch'], pace: Pace | undefined, stopped: AbortSignal): Promise<void> {
  if (pace === undefined) return void (await onBatch(batch))
  for (const { timeNs, bytes } of byTime(batch)) {
    await pace(timeNs)
    if (stopped.aborted) return
    await onBatch(batchOf(bytes))
  }
}

/** Cuts a batch where PACE_NS of recorded time have passed. Times of different CPUs may be out of order by less than that. */
function byTime({ bytes, view }: Batch): { readonly timeNs: number; readonly bytes: Buffer }[] {
  const cuts: { at: number; timeNs: number }[] = []
  eachRecord({ bytes, view }, ({ at, timeNs }) => {
    const last = cuts.at(-1)
    if (last === undefined || timeNs - last.timeNs > PACE_NS) cuts.push({ at, timeNs })
  })
  return cuts.map(({ at, timeNs }, index) => ({ timeNs, bytes: bytes.subarray(at, cuts[index + 1]?.at ?? bytes.length) }))
}
