/** Lines of one stream on the disk, from when the agent wrote them until the server has them. Used by the spool's thread alone: it blocks. */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { countLines, createScratch, numberedSize, numberLines, type WholeLines, wholeLines } from './lines.ts'
import { appendTo, createSegment, endSegment, readUnsent, recoverSegment, removeSegment, type Segment, unsentLines } from './segment.ts'
import { inOrder, parseSegmentFile } from './segment-name.ts'

export interface SpoolOptions {
  readonly folder: string
  /** Lines are on the disk when append() returns. */
  readonly durable: boolean
  /** A file is not added to any more when it holds so much. */
  readonly segmentBytes?: number
}

/** Lines to be sent together. */
export interface SpoolBatch {
  readonly spool: string
  readonly firstSeq: number
  readonly lines: number
  readonly bytes: Buffer
}

export interface Spool {
  /** Lines without their numbers, each with its newline. All or nothing; throws what the file system says. */
  readonly append: (batch: Uint8Array) => void
  /** The oldest lines that are not acknowledged, at most so many, but one at least. The same again until they are. Its bytes are valid until the next call. */
  readonly next: (most: WholeLines) => SpoolBatch | undefined
  /** The batch that next() gave is safe up to this number. Returns how many of its lines are. */
  readonly acknowledge: (batch: SpoolBatch, seq: number) => number
  /** Gives the oldest file up, to have its room. Returns how many lines went with it; 0 when there is none. */
  readonly dropOldest: () => number
  /** Not acknowledged. */
  readonly waiting: () => number
  readonly bytes: () => number
  /** Lines that could not be read again: damaged files, and a last line that was written in part. */
  readonly damaged: () => number
  readonly close: () => void
}

const SEGMENT_BYTES = 4 * 1024 * 1024
/** A file that the server has had goes when it is worth it; a smaller one is added to. */
const SPENT_BYTES = 256 * 1024

/** Takes up what earlier runs left. Throws what the file system says. */
export function openSpool({ folder, durable, segmentBytes = SEGMENT_BYTES }: SpoolOptions): Spool {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const recovered = readdirSync(folder)
    .flatMap((file) => parseSegmentFile(file) ?? [])
    .sort(inOrder)
    .map((name) => recoverSegment(folder, name))
  const segments = recovered.flatMap(({ segment }) => segment ?? [])
  const run = Math.max(0, ...segments.map((segment) => segment.run)) + 1
  const spool = randomBytes(8).toString('hex')
  const [writing, reading] = [createScratch(), createScratch()]
  let nextSeq = 1
  let damaged = recovered.reduce((sum, { cut }) => sum + cut, 0)

  function append(batch: Uint8Array): void {
    const lines = countLines(Buffer.from(batch.buffer, batch.byteOffset, batch.length))
    appendTo(writable(), numberLines(batch, nextSeq, writing(numberedSize(batch, lines))), lines, durable)
    nextSeq += lines
  }

  function writable(): Segment {
    const last = segments.at(-1)
    if (last?.fd !== undefined && last.bytes < segmentBytes) return last
    if (last !== undefined) endSegment(last)
    if (last?.lines === 0) drop(last) // nothing could be written to it: the next has its name
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const made = createSegment(folder, { run, spool, firstSeq: nextSeq })
    segments.push(made)
    if (durable) syncFolder(folder)
    return made
  }

  function next(most: WholeLines): SpoolBatch | undefined {
    for (let segment = oldest(); segment !== undefined; segment = oldest()) {
      const { bytes, lines } = readable(segment, most, reading)
      if (lines > 0) return { spool: segment.spool, firstSeq: segment.firstSeq + segment.sentLines, lines, bytes }
      damaged += unsentLines(segment)
      drop(segment)
    }
    return undefined
  }

  const oldest = (): Segment | undefined => segments.find((segment) => unsentLines(segment) > 0)

  function acknowledge({ spool: of, firstSeq, lines, bytes }: SpoolBatch, seq: number): number {
    const segment = segments.find((one) => one.spool === of && one.firstSeq + one.sentLines === firstSeq && unsentLines(one) > 0)
    const safe = Math.min(seq - firstSeq + 1, lines)
    if (segment === undefined || safe <= 0) return Math.max(safe, 0) // given up for its room meanwhile, or not taken
    segment.sentLines += safe
    segment.sentBytes += safe === lines ? bytes.length : wholeLines(bytes, firstSeq, { lines: safe, bytes: bytes.length }).bytes
    if (unsentLines(segment) === 0 && (segment.fd === undefined || segment.bytes >= SPENT_BYTES)) drop(segment)
    return safe
  }

  function drop(segment: Segment): void {
    segments.splice(segments.indexOf(segment), 1)
    removeSegment(segment)
  }

  function dropOldest(): number {
    const segment = oldest()
    if (segment === undefined) return 0
    const lost = unsentLines(segment)
    drop(segment)
    return lost
  }

  function close(): void {
    for (const segment of [...segments]) {
      endSegment(segment)
      if (unsentLines(segment) === 0) drop(segment)
    }
  }

  return Object.freeze({
    append,
    next,
    acknowledge,
    dropOldest,
    waiting: () => segments.reduce((sum, segment) => sum + unsentLines(segment), 0),
    bytes: () => segments.reduce((sum, { bytes }) => sum + bytes, 0),
    damaged: () => damaged,
    close,
  })
}

/** A file that cannot be read has no lines. */
function readable(
  segment: Segment,
  most: WholeLines,
  scratch: (size: number) => Buffer,
): { readonly bytes: Buffer; readonly lines: number } {
  try {
    return readUnsent(segment, most, scratch)
  } catch {
    return { bytes: Buffer.alloc(0), lines: 0 } // gone, or the disk is damaged: its lines are counted as such
  }
}

/** A new file is safe when its folder is. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
