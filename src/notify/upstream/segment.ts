/** One file of a spool: lines are written behind the others and read from where the server has not yet had them. */
import {
  closeSync,
  constants,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { countLines, type WholeLines, wholeLines } from './lines.ts'
import { type SegmentName, segmentFile } from './segment-name.ts'

export interface Segment extends SegmentName {
  readonly path: string
  /** Undefined for one that is not written any more. */
  fd: number | undefined
  lines: number
  bytes: number
  /** Of these, acknowledged. */
  sentLines: number
  sentBytes: number
}

const WRITE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_APPEND
const READ = constants.O_RDONLY | constants.O_NOFOLLOW
const EVERYTHING = { lines: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

/** Throws what the file system says. */
export function createSegment(folder: string, name: SegmentName): Segment {
  const path = join(folder, segmentFile(name))
  return { ...name, path, fd: openSync(path, WRITE_NEW, 0o600), lines: 0, bytes: 0, sentLines: 0, sentBytes: 0 }
}

export interface Recovered {
  /** Undefined when nothing of it is whole. */
  readonly segment: Segment | undefined
  /** Lines that were cut off, the last of which may have been written in part. */
  readonly cut: number
}

/** Takes up a file of an earlier run, and cuts off what is not whole. Throws what the file system says. */
export function recoverSegment(folder: string, name: SegmentName): Recovered {
  const path = join(folder, segmentFile(name))
  const bytes = readFileSync(path)
  const whole = wholeLines(bytes, name.firstSeq, EVERYTHING)
  const rest = bytes.subarray(whole.bytes)
  const cut = countLines(rest) + (rest.length > 0 && rest.at(-1) !== NEWLINE ? 1 : 0)
  if (whole.lines === 0) unlinkSync(path)
  else if (cut > 0) truncateSync(path, whole.bytes)
  const { lines } = whole
  const segment = { ...name, path, fd: undefined, lines, bytes: whole.bytes, sentLines: 0, sentBytes: 0 }
  return { segment: lines === 0 ? undefined : segment, cut }
}

const NEWLINE = 0x0a

/** All of the bytes or none of them. `durable`: on the disk when it returns. Throws what the file system says. */
export function appendTo(segment: Segment, bytes: Buffer, lines: number, durable: boolean): void {
  const fd = segment.fd as number
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    if (durable) fdatasyncSync(fd)
  } catch (error) {
    undo(segment)
    throw error
  }
  segment.bytes += bytes.length
  segment.lines += lines
}

/** A part of a line in it would spoil what follows: where it cannot be taken back, nothing follows in this file. */
function undo(segment: Segment): void {
  try {
    ftruncateSync(segment.fd as number, segment.bytes)
  } catch {
    endSegment(segment)
  }
}

export function endSegment(segment: Segment): void {
  if (segment.fd !== undefined) closeSync(segment.fd)
  segment.fd = undefined
}

/**
 * What lies behind what was acknowledged, at most so much; a single line may be longer. No lines: they are damaged. `memory` is where it
 * is read to. Throws what the file system says.
 */
export function readUnsent(
  segment: Segment,
  most: WholeLines,
  memory: (size: number) => Buffer,
): { readonly bytes: Buffer; readonly lines: number } {
  const left = segment.bytes - segment.sentBytes
  const fd = openSync(segment.path, READ)
  try {
    for (let size = Math.min(left, most.bytes); ; size = Math.min(left, size * 2)) {
      const bytes = memory(size)
      const read = readSync(fd, bytes, 0, size, segment.sentBytes)
      const whole = wholeLines(bytes.subarray(0, read), segment.firstSeq + segment.sentLines, most)
      if (whole.lines > 0 || size >= left || read < size) return { bytes: bytes.subarray(0, whole.bytes), lines: whole.lines }
    }
  } finally {
    closeSync(fd)
  }
}

export const unsentLines = ({ lines, sentLines }: Segment): number => lines - sentLines

/** Throws what the file system says, but not when it is gone already. */
export function removeSegment(segment: Segment): void {
  endSegment(segment)
  try {
    unlinkSync(segment.path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
