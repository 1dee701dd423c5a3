/** Lines of a spool as bytes: `{"seq":7,` and then what the agent wrote. */

const NEWLINE = 0x0a
const CLOSE = 0x7d
const BEGIN = '{"seq":'
/** Digits of the largest number, and what stands around it. */
const PREFIX_BYTES = BEGIN.length + 16 + 1

/** Memory that is used again, so that none is thrown away: see chunks.ts. What it gave is valid until it is asked again. */
export function createScratch(): (size: number) => Buffer {
  let memory = Buffer.alloc(0)
  return (size) => {
    if (memory.length < size) memory = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(size)))
    return memory.subarray(0, size)
  }
}

/** Numbers the lines of a batch, each of which ends in a newline and lacks its beginning. */
export function numberLines(batch: Uint8Array, firstSeq: number, out: Buffer): Buffer {
  let written = 0
  for (let at = 0, seq = firstSeq; at < batch.length; seq++) {
    const end = endOfLine(batch, at)
    written += out.write(`${BEGIN}${seq},`, written, 'latin1')
    out.set(batch.subarray(at, end), written)
    written += end - at
    at = end
  }
  return out.subarray(0, written)
}

/** What numberLines needs at most. */
export const numberedSize = (batch: Uint8Array, lines: number): number => batch.length + lines * PREFIX_BYTES

/** Behind the newline of the line at `at`; the end of the bytes where there is none. */
function endOfLine(bytes: Uint8Array, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at)
  return newline < 0 ? bytes.length : newline + 1
}

export interface WholeLines {
  readonly lines: number
  /** Bytes that they take. */
  readonly bytes: number
}

/**
 * How many of the lines at the beginning are whole: they have their numbers, `firstSeq` and on, and end as lines do. At most so many
 * lines and bytes, but one line at least.
 */
export function wholeLines(bytes: Buffer, firstSeq: number, most: { readonly lines: number; readonly bytes: number }): WholeLines {
  let lines = 0
  let at = 0
  while (at < bytes.length && lines < most.lines) {
    const newline = bytes.indexOf(NEWLINE, at)
    if (newline < 0 || !isLine(bytes.subarray(at, newline), firstSeq + lines)) break
    if (lines > 0 && newline + 1 > most.bytes) break
    lines++
    at = newline + 1
  }
  return { lines, bytes: at }
}

function isLine(line: Buffer, seq: number): boolean {
  const begin = `${BEGIN}${seq},`
  return line.at(-1) === CLOSE && line.toString('latin1', 0, begin.length) === begin
}

/** Lines that end, whatever they hold. */
export function countLines(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++
  return lines
}
