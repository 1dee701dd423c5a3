/** Reads numbers and texts of one record out of a batch, little endian, by offset. The generated classes stand on it. */

/** A buffer of records as the sensor hands it over. */
export interface Batch {
  readonly bytes: Buffer
  readonly view: DataView
}

export function batchOf(bytes: Buffer): Batch {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}

export class RawRecord {
  /** Valid while its batch is; see detached.ts to keep an event longer. */
  readonly batch: Batch
  /** Where the record begins in the batch. */
  readonly at: number

  constructor(batch: Batch, at: number) {
    this.batch = batch
    this.at = at
  }

  u8(offset: number): number {
    return this.batch.view.getUint8(this.at + offset)
  }
  u16(offset: number): number {
    return this.batch.view.getUint16(this.at + offset, true)
  }
  u32(offset: number): number {
    return this.batch.view.getUint32(this.at + offset, true)
  }
  i32(offset: number): number {
    return this.batch.view.getInt32(this.at + offset, true)
  }
  u64(offset: number): number {
    const { view } = this.batch
    return view.getUint32(this.at + offset, true) + view.getUint32(this.at + offset + 4, true) * 0x1_0000_0000
  }
  i64(offset: number): number {
    const { view } = this.batch
    return view.getUint32(this.at + offset, true) + view.getInt32(this.at + offset + 4, true) * 0x1_0000_0000
  }

  /** A copy of `size` bytes in place. */
  bytes(offset: number, size: number): Buffer {
    return this.batch.bytes.subarray(this.at + offset, this.at + offset + size)
  }

  /** The bytes behind a slot (offset in its low 16 bits, length in the high 16). Bounds are clamped to the batch. */
  blob(slotOffset: number): Buffer {
    const slot = this.u32(slotOffset)
    const start = this.at + (slot & 0xffff)
    return this.batch.bytes.subarray(start, start + (slot >>> 16))
  }

  /** The text behind a slot. Bytes that are not UTF-8 become U+DC80…U+DCFF (one per byte), so that nothing is lost. */
  text(slotOffset: number): string {
    const slot = this.u32(slotOffset)
    const start = this.at + (slot & 0xffff)
    return decodeText(this.batch.bytes, start, start + (slot >>> 16))
  }
}

/** Decodes UTF-8; each invalid byte b becomes the lone surrogate 0xDC00 + b (as Python's surrogateescape does). */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end)
  return text.includes('\uFFFD') ? decodeEscaped(bytes, start, Math.min(end, bytes.length)) : text
}

function decodeEscaped(bytes: Buffer, start: number, end: number): string {
  let out = ''
  for (let at = start; at < end; ) {
    const length = sequenceLength(bytes, at, end)
    out += length === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length)
    at += Math.max(length, 1)
  }
  return out
}

/** Length of the valid UTF-8 sequence at `at`, 0 where there is none (RFC 3629: no overlongs, no surrogates). */
function sequenceLength(bytes: Buffer, at: number, end: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0
  if (length === 0 || at + length > end) return 0
  const second = bytes[at + 1] ?? 0
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return 0
  for (let next = at + 2; next < at + length; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}
