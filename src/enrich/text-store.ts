/** Keeps long texts once, however many processes share them, up to a number of bytes; beyond it the oldest are let go. */
import type { RawText } from './argument-text.ts'

/** A text that the store may let go: then it is undefined. Processes hold the block, the store holds the bound. */
export interface TextBlock {
  raw: RawText | undefined
}

export interface TextStore {
  /** The block of a text; equal texts share one. */
  readonly keep: (raw: RawText) => TextBlock
  /** The same of bytes; `end` may lie behind them. A shell gives one environment to all that it starts: it is not read again to be found. */
  readonly keepBytes: (bytes: Buffer, start: number, end: number) => TextBlock
  readonly bytes: () => number
  /** How many texts were let go. */
  readonly dropped: () => number
}

export const EMPTY_BLOCK: TextBlock = Object.freeze({ raw: '' })

/** Cost of an entry beside its characters: the block, the string's header and the entry of the map. */
const ENTRY_BYTES = 100

/** No record is longer. */
const LONGEST = 64 << 10

/** `maxBytes` bounds what is kept. Texts used again count as new; works on the insertion order of Map. */
export function createTextStore(maxBytes: number): TextStore {
  const blocks = new Map<RawText, TextBlock>()
  let bytes = 0
  let dropped = 0
  /** What keepBytes was last given. */
  const last = { bytes: Buffer.alloc(LONGEST), length: 0, block: EMPTY_BLOCK }

  function keepBytes(from: Buffer, start: number, end: number): TextBlock {
    const until = Math.min(end, from.length)
    const length = until - start
    if (length <= 0) return EMPTY_BLOCK
    const isLast = length === last.length && last.block.raw !== undefined && from.compare(last.bytes, 0, length, start, until) === 0
    if (isLast) return last.block
    last.block = keep(from.toString('latin1', start, until))
    last.length = from.copy(last.bytes, 0, start, until)
    return last.block
  }

  function keep(raw: RawText): TextBlock {
    if (raw === '') return EMPTY_BLOCK
    const known = blocks.get(raw)
    if (known !== undefined) {
      blocks.delete(raw)
      blocks.set(raw, known)
      return known
    }
    const block = { raw }
    blocks.set(raw, block)
    bytes += raw.length + ENTRY_BYTES
    while (bytes > maxBytes) dropOldest()
    return block
  }

  function dropOldest(): void {
    for (const [raw, block] of blocks) {
      blocks.delete(raw)
      block.raw = undefined
      bytes -= raw.length + ENTRY_BYTES
      dropped++
      return
    }
  }

  return Object.freeze({ keep, keepBytes, bytes: () => bytes, dropped: () => dropped })
}
