/**
 * Lines as bytes, written as they come. To gather them as one text would leave a tree of its parts to the collector of garbage, which took
 * more time than all else about them: see bench/steady.ts.
 */

export interface Batch {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly lines: number
}

export interface LineBuffer {
  /** Without its newline. */
  readonly add: (line: string) => void
  /** What was added since, in memory of its own; undefined when there is nothing. */
  readonly collect: () => Batch | undefined
}

const FIRST_BYTES = 64 * 1024
/** Of UTF-8, for one unit of UTF-16. */
const MOST_BYTES = 3
const NEWLINE = 0x0a

export function createLineBuffer(): LineBuffer {
  let size = FIRST_BYTES
  let buffer: Buffer<ArrayBuffer> | undefined
  let used = 0
  let lines = 0

  function add(line: string): void {
    const most = line.length * MOST_BYTES + 1
    if (buffer === undefined || used + most > buffer.length) buffer = grown(used + most)
    used += buffer.write(line, used)
    buffer[used++] = NEWLINE
    lines++
  }

  function grown(needed: number): Buffer<ArrayBuffer> {
    size = Math.max(size, needed)
    if (buffer !== undefined) size = Math.max(needed, buffer.length * 2)
    const larger = Buffer.from(new ArrayBuffer(size))
    if (buffer !== undefined) larger.set(buffer.subarray(0, used))
    return larger
  }

  function collect(): Batch | undefined {
    if (buffer === undefined) return undefined
    const collected = { bytes: new Uint8Array(buffer.buffer, 0, used), lines }
    // The next is about as large as this one was.
    size = Math.max(FIRST_BYTES, 2 ** Math.ceil(Math.log2(used)))
    buffer = undefined
    used = 0
    lines = 0
    return collected
  }

  return Object.freeze({ add, collect })
}
