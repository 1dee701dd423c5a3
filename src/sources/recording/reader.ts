/** Reads a recording chunk by chunk, checks everything, and says where the file breaks off. */
import { type FileHandle, open } from 'node:fs/promises'
import { z } from 'zod'
import { type Batch, batchOf } from '../../events/raw-record.ts'
import { AppError } from '../../lib/app-error.ts'
import type { RecordedHost, RecordingCounts } from '../recording.ts'
import { beginsChunk, CHUNK, type ChunkHead, HEAD_BYTES, readHead, unpackPayload } from './chunk.ts'
import { storedLayoutSchema } from './stored-layout.ts'
import { type Transcode, type TranscodeTally, transcoderFor } from './transcode.ts'

export type RecordingChunk =
  | { readonly kind: 'snapshot' | 'events'; readonly batch: Batch }
  | { readonly kind: 'side'; readonly value: unknown }
  /** The recorder ended well: its own counts, and what it was given last. */
  | { readonly kind: 'end'; readonly counts: RecordingCounts; readonly final: unknown }

export interface Recording {
  readonly host: RecordedHost
  /** What could not be brought into the present layout; grows while chunks are read. */
  readonly left: Readonly<TranscodeTally>
  /**
   * Every whole chunk in order, once. Then, where the file breaks off or is damaged, throws.
   * @throws {AppError} RECORDING_TRUNCATED, RECORDING_CORRUPT
   */
  chunks(): AsyncGenerator<RecordingChunk, void, undefined>
  close(): Promise<void>
}

const FORMAT_VERSION = 1

const headSchema = z.object({
  version: z.literal(FORMAT_VERSION),
  host: z.object({ hostname: z.string().max(256), kernel: z.string().max(256), bootEpochNs: z.number() }),
  layout: storedLayoutSchema,
})

const endSchema = z.object({
  counts: z.object({ records: z.number(), droppedRecords: z.number(), droppedSides: z.number(), fileBytes: z.number() }),
  final: z.unknown(),
})

/** Opens the file and reads its head. @throws {AppError} RECORDING_OPEN, RECORDING_FOREIGN, RECORDING_VERSION, RECORDING_TRUNCATED, RECORDING_CORRUPT */
export async function openRecording(path: string): Promise<Recording> {
  const file = await openFile(path)
  const cursor: Cursor = { file, path, at: 0, number: 0 }
  try {
    const head = parseHead(path, await nextChunk(cursor))
    const left: TranscodeTally = { unknown: 0, broken: 0 }
    return { host: head.host, left, chunks: () => readChunks(cursor, transcoderFor(head.layout), left), close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

interface Cursor {
  readonly file: FileHandle
  readonly path: string
  /** Bytes of whole chunks before. */
  at: number
  /** Of the next chunk. */
  number: number
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    throw new AppError('RECORDING_OPEN', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

function parseHead(path: string, chunk: Chunk | undefined): z.infer<typeof headSchema> {
  if (chunk === undefined) throw new AppError('RECORDING_TRUNCATED', { path, bytes: 0, chunks: 0 })
  const json = parseJson(chunk.payload)
  if (chunk.head.type !== CHUNK.head || json === undefined) throw new AppError('RECORDING_CORRUPT', { path, at: 0, chunks: 0 })
  const version = (json as { version?: unknown }).version
  if (version !== FORMAT_VERSION) throw new AppError('RECORDING_VERSION', { path, version: String(version), known: FORMAT_VERSION })
  const parsed = headSchema.safeParse(json)
  if (!parsed.success) throw new AppError('RECORDING_CORRUPT', { path, at: 0, chunks: 0 }, { cause: parsed.error })
  return parsed.data
}

async function* readChunks(cursor: Cursor, transcode: Transcode, left: TranscodeTally): AsyncGenerator<RecordingChunk, void, undefined> {
  for (;;) {
    const start = cursor.at
    const chunk = await nextChunk(cursor)
    // Without the end chunk the recorder was stopped, or the file cut, between two chunks.
    if (chunk === undefined) throw new AppError('RECORDING_TRUNCATED', { path: cursor.path, bytes: cursor.at, chunks: cursor.number })
    const read = interpret(chunk, transcode, left)
    if (read === undefined) throw new AppError('RECORDING_CORRUPT', { path: cursor.path, at: start, chunks: cursor.number - 1 })
    yield read
    if (read.kind === 'end') return
  }
}

interface Chunk {
  readonly head: ChunkHead
  readonly payload: Buffer
}

/** Undefined at the end of the file. @throws {AppError} RECORDING_TRUNCATED in the middle of a chunk, RECORDING_FOREIGN, RECORDING_CORRUPT */
async function nextChunk(cursor: Cursor): Promise<Chunk | undefined> {
  const { file, path, at, number } = cursor
  const headBytes = await readAt(file, at, HEAD_BYTES)
  if (headBytes.length === 0) return undefined
  const truncated = (): AppError => new AppError('RECORDING_TRUNCATED', { path, bytes: at, chunks: number })
  const head = headBytes.length < HEAD_BYTES ? undefined : readHead(headBytes)
  if (head === undefined && number === 0 && !beginsChunk(headBytes)) throw new AppError('RECORDING_FOREIGN', { path })
  if (headBytes.length < HEAD_BYTES) throw truncated()
  if (head === undefined || head.number !== number) throw new AppError('RECORDING_CORRUPT', { path, at, chunks: number })
  const compressed = await readAt(file, at + HEAD_BYTES, head.compressedBytes)
  if (compressed.length < head.compressedBytes) throw truncated()
  const payload = unpackPayload(head, compressed)
  if (payload === undefined) throw new AppError('RECORDING_CORRUPT', { path, at, chunks: number })
  cursor.at = at + HEAD_BYTES + head.compressedBytes
  cursor.number = number + 1
  return { head, payload }
}

/** Fewer than asked only at the end of the file. */
async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes)
  let got = 0
  while (got < bytes) {
    const { bytesRead } = await file.read(buffer, got, bytes - got, position + got)
    if (bytesRead === 0) break
    got += bytesRead
  }
  return buffer.subarray(0, got)
}

function interpret({ head, payload }: Chunk, transcode: Transcode, left: TranscodeTally): RecordingChunk | undefined {
  switch (head.type) {
    case CHUNK.snapshot:
      return { kind: 'snapshot', batch: batchOf(transcode(payload, left)) }
    case CHUNK.events:
      return { kind: 'events', batch: batchOf(transcode(payload, left)) }
    case CHUNK.side: {
      const value = parseJson(payload)
      return value === undefined ? undefined : { kind: 'side', value }
    }
    case CHUNK.end: {
      const parsed = endSchema.safeParse(parseJson(payload))
      return parsed.success ? { kind: 'end', counts: parsed.data.counts, final: parsed.data.final } : undefined
    }
    case CHUNK.head:
      return undefined
  }
}

/** Undefined when it is no JSON; JSON itself has no undefined. */
function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch {
    return undefined
  }
}
