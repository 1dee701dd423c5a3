/** Lines of history on their way to the spool's thread. What finds no room is counted, and told as a gap where it is missing. */
import type { Chunks } from './chunks.ts'

export interface HistoryOutboxOptions {
  readonly chunks: Chunks
  /** The chunk holds so many bytes of lines. */
  readonly post: (chunk: number, bytes: number) => void
  /** Bytes that the disk may take on. */
  readonly room: () => number
  /** Lines that the thread has lost since the start. */
  readonly lostThere: () => number
  /** Called before the first line behind a gap is written. */
  readonly onLost: () => void
}

export interface HistoryOutbox {
  /** Without its newline. */
  readonly add: (line: string) => void
  /** Hands over what was added. */
  readonly flush: () => void
  /** The thread is gone, and what it had not put away. */
  readonly reclaim: () => void
  /** Lines that never came to the thread. */
  readonly lost: () => number
}

const NEWLINE = 0x0a
/** Of UTF-8, for one unit of UTF-16. */
const MOST_BYTES = 3

export function createHistoryOutbox({ chunks, post, room, lostThere, onLost }: HistoryOutboxOptions): HistoryOutbox {
  /** Which is being filled, how far, how many lines are in it, and how many it says that are missing before them. */
  let filling: number | undefined
  let used = 0
  let lines = 0
  let gapHere = 0
  /** Of chunks that were handed over. */
  const told = new Map<number, { readonly lines: number; readonly gap: number }>()
  let lost = 0
  let gapsTold = 0

  function add(line: string): void {
    const most = bytesOf(line)
    if (filling !== undefined && used + most > chunks.size) flush()
    filling ??= begin()
    if (filling === undefined || used + most > chunks.size) lost++
    else write(filling, line)
  }

  /** At most; counted only where it matters. */
  function bytesOf(line: string): number {
    const most = line.length * MOST_BYTES + 1
    return used + most <= chunks.size ? most : Buffer.byteLength(line) + 1
  }

  function write(chunk: number, line: string): void {
    const memory = chunks.memoryOf(chunk)
    used += memory.write(line, used)
    memory[used++] = NEWLINE
    lines++
  }

  /** A free chunk, and in it first how many lines are missing before it. */
  function begin(): number | undefined {
    const chunk = chunks.findFree()
    const gap = lost + lostThere() - gapsTold
    if (chunk === undefined || gap === 0) return chunk
    onLost()
    write(chunk, `"gap":${gap},"timeNs":${Date.now() * 1e6}}`)
    gapsTold += gap
    gapHere = gap
    lines = 0
    return chunk
  }

  function flush(): void {
    if (filling === undefined) return
    const [chunk, bytes, count, gap] = [filling, used, lines, gapHere]
    filling = undefined
    used = 0
    lines = 0
    gapHere = 0
    if (bytes > room()) {
      lost += count
      gapsTold -= gap
      return
    }
    told.set(chunk, { lines: count, gap })
    chunks.hand(chunk)
    post(chunk, bytes)
  }

  function reclaim(): void {
    for (const chunk of chunks.handed()) {
      const { lines: count, gap } = told.get(chunk) ?? { lines: 0, gap: 0 }
      lost += count
      gapsTold -= gap
      chunks.free(chunk)
    }
  }

  return Object.freeze({ add, flush, reclaim, lost: () => lost })
}
