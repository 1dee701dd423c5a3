/** Writes a recording: batches are copied, gathered into chunks, compressed off the event loop, and written in order. */
import { type FileHandle, open } from 'node:fs/promises'
import type { Batch } from '../events/raw-record.ts'
import { AppError } from '../lib/app-error.ts'
import { eachRecord } from './each-record.ts'
import { CHUNK, type ChunkType, MAX_PAYLOAD, packChunk } from './recording/chunk.ts'
import { presentLayout } from './recording/stored-layout.ts'

/** Facts of the host that a recording cannot be read without. */
export interface RecordedHost {
  readonly hostname: string
  readonly kernel: string
  /** ns since 1970 of the ns since boot 0. */
  readonly bootEpochNs: number
}

export interface RecordingOptions {
  readonly host: RecordedHost
  /** What waits to be compressed and written, at most; what comes beyond is dropped and counted. Default 64 MiB. */
  readonly maxPendingBytes?: number
  /** Records wait this long for a chunk to fill. Default 1000. */
  readonly chunkMs?: number
  /** Called once, when the file cannot be written any more: RECORDING_WRITE. All that comes later is dropped and counted. */
  readonly onError?: (error: AppError) => void
}

export interface RecordingCounts {
  readonly records: number
  readonly droppedRecords: number
  /** Side values that were dropped. */
  readonly droppedSides: number
  /** In the file, compressed. */
  readonly fileBytes: number
}

export interface RecordingWriter {
  snapshot(batch: Batch): void
  events(batch: Batch): void
  /** Any JSON value; handed back in order by the reader. Larger than 64 MiB it is dropped and counted. */
  side(value: unknown): void
  counts(): RecordingCounts
  /** Writes what is pending and the end mark with `final` (any JSON value, for example the losses of the sensor). Never throws. */
  close(final?: unknown): Promise<RecordingCounts>
}

/** Where the bytes of the file go. */
export interface RecordingSink {
  write(bytes: Buffer): Promise<void>
  close(): Promise<void>
}

const FORMAT_VERSION = 1
const MAX_PENDING_BYTES = 64 << 20
const CHUNK_MS = 1000
/** A chunk of records has at most this many bytes. */
const CHUNK_BYTES = 1 << 20

/** Makes a new file, readable by its owner alone: arguments and environments stand in it. @throws {AppError} RECORDING_EXISTS, RECORDING_WRITE */
export async function createRecording(path: string, options: RecordingOptions): Promise<RecordingWriter> {
  return startRecording(fileSink(await openNew(path)), path, options)
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new AppError(code === 'EEXIST' ? 'RECORDING_EXISTS' : 'RECORDING_WRITE', { path, reason: message }, { cause })
  }
}

const fileSink = (file: FileHandle): RecordingSink => ({
  write: async (bytes) => file.writeFile(bytes),
  close: () => file.close(),
})

/** The same into any sink; `path` names it in errors. */
export function startRecording(sink: RecordingSink, path: string, options: RecordingOptions): RecordingWriter {
  const { host, maxPendingBytes = MAX_PENDING_BYTES, chunkMs = CHUNK_MS, onError } = options
  const gathered: Record<'snapshot' | 'events', { parts: Buffer[]; bytes: number; records: number }> = {
    snapshot: { parts: [], bytes: 0, records: 0 },
    events: { parts: [], bytes: 0, records: 0 },
  }
  let queue: Promise<void> = Promise.resolve()
  let chunks = 0
  let pendingBytes = 0
  let failed = false
  let closed: Promise<RecordingCounts> | undefined
  let timer: NodeJS.Timeout | undefined
  let records = 0
  let droppedRecords = 0
  let droppedSides = 0
  let fileBytes = 0

  const put = (type: ChunkType, payload: Buffer, lost: () => void): void => {
    pendingBytes += payload.length
    queue = queue.then(async () => {
      if (failed) lost()
      else await writeChunk(type, payload, lost)
      pendingBytes -= payload.length
    })
  }

  const writeChunk = async (type: ChunkType, payload: Buffer, lost: () => void): Promise<void> => {
    try {
      const chunk = await packChunk(type, chunks, payload)
      await sink.write(chunk)
      chunks++
      fileBytes += chunk.length
    } catch (cause) {
      failed = true
      lost()
      onError?.(new AppError('RECORDING_WRITE', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause }))
    }
  }

  const seal = (type: 'snapshot' | 'events'): void => {
    const { parts, bytes, records: count } = gathered[type]
    if (parts.length === 0) return
    gathered[type] = { parts: [], bytes: 0, records: 0 }
    pendingBytes -= bytes
    records += count
    put(CHUNK[type], Buffer.concat(parts), () => {
      records -= count
      droppedRecords += count
    })
  }

  const sealAll = (): void => {
    clearTimeout(timer)
    timer = undefined
    seal('snapshot')
    seal('events')
  }

  const gather = (type: 'snapshot' | 'events', batch: Batch): void => {
    const full = failed || closed !== undefined || pendingBytes + batch.bytes.length > maxPendingBytes
    for (const piece of piecesOf(batch)) {
      if (full) droppedRecords += piece.records
      else addPiece(type, piece)
    }
    if (!full) timer ??= setTimeout(sealAll, chunkMs).unref()
  }

  const addPiece = (type: 'snapshot' | 'events', { bytes, records: count }: Piece): void => {
    if (type === 'events') seal('snapshot') // the order of the two is kept
    if (gathered[type].bytes + bytes.length > CHUNK_BYTES) seal(type)
    const into = gathered[type]
    into.parts.push(bytes)
    into.bytes += bytes.length
    into.records += count
    pendingBytes += bytes.length
  }

  const side = (value: unknown): void => {
    const payload = jsonOf(value)
    const tooMuch = payload.length > MAX_PAYLOAD || pendingBytes + payload.length > maxPendingBytes + MAX_PAYLOAD
    if (failed || closed !== undefined || tooMuch) {
      droppedSides++
      return
    }
    sealAll()
    put(CHUNK.side, payload, () => droppedSides++)
  }

  const counts = (): RecordingCounts => ({ records, droppedRecords, droppedSides, fileBytes })

  const finish = async (final: unknown): Promise<RecordingCounts> => {
    sealAll()
    await queue
    put(CHUNK.end, jsonOf({ counts: counts(), final }), () => {})
    await queue
    await sink.close().catch((cause: unknown) => {
      if (!failed) onError?.(new AppError('RECORDING_WRITE', { path, reason: String(cause) }, { cause }))
    })
    return counts()
  }

  put(CHUNK.head, jsonOf({ version: FORMAT_VERSION, host, layout: presentLayout() }), () => {})
  return {
    snapshot: (batch) => gather('snapshot', batch),
    events: (batch) => gather('events', batch),
    side,
    counts,
    close: (final) => (closed ??= finish(final)),
  }
}

interface Piece {
  /** A copy: the batch is given back. */
  readonly bytes: Buffer
  readonly records: number
}

/** Whole records, up to CHUNK_BYTES in a piece. What cannot be read is left out, as it is live. */
function piecesOf(batch: Batch): Piece[] {
  const pieces: Piece[] = []
  let start = 0
  let end = 0
  let records = 0
  const cut = (): void => {
    if (records > 0) pieces.push({ bytes: Buffer.from(batch.bytes.subarray(start, end)), records })
    records = 0
  }
  eachRecord(batch, (record) => {
    const next = record.at + ((record.size + 7) & ~7)
    if (record.at !== end || next - start > CHUNK_BYTES) {
      cut()
      start = record.at
    }
    end = next
    records++
  })
  cut()
  return pieces
}

const jsonOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? 'null', 'utf8')
