/** Kafka's primitive types (kafka.apache.org/protocol, "Protocol Primitive Types"), big-endian. */

export interface WireWriter {
  readonly int8: (value: number) => WireWriter
  readonly int16: (value: number) => WireWriter
  readonly int32: (value: number) => WireWriter
  readonly int64: (value: bigint) => WireWriter
  /** ZigZag, of a whole number below 2^31 in size. */
  readonly varint: (value: number) => WireWriter
  readonly string: (text: string | undefined) => WireWriter
  /** With its length before it. */
  readonly bytes: (value: Buffer) => WireWriter
  /** As it is. */
  readonly raw: (value: Buffer) => WireWriter
  readonly done: () => Buffer
}

export function createWriter(): WireWriter {
  const parts: Buffer[] = []
  const fixed = (size: number, write: (buffer: Buffer) => void): WireWriter => {
    const buffer = Buffer.alloc(size)
    write(buffer)
    parts.push(buffer)
    return writer
  }
  const writer: WireWriter = Object.freeze({
    int8: (value: number) => fixed(1, (buffer) => buffer.writeInt8(value)),
    int16: (value: number) => fixed(2, (buffer) => buffer.writeInt16BE(value)),
    int32: (value: number) => fixed(4, (buffer) => buffer.writeInt32BE(value)),
    int64: (value: bigint) => fixed(8, (buffer) => buffer.writeBigInt64BE(value)),
    varint: (value: number) => writer.raw(varint(value)),
    string: (text: string | undefined) => {
      if (text === undefined) return writer.int16(-1)
      const bytes = Buffer.from(text)
      return writer.int16(bytes.length).raw(bytes)
    },
    bytes: (value: Buffer) => writer.int32(value.length).raw(value),
    raw: (value: Buffer) => {
      parts.push(value)
      return writer
    },
    done: () => Buffer.concat(parts),
  })
  return writer
}

function varint(value: number): Buffer {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  const bytes: number[] = []
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return Buffer.from(bytes)
}

export interface WireReader {
  readonly int8: () => number
  readonly int16: () => number
  readonly int32: () => number
  readonly int64: () => bigint
  readonly string: () => string | undefined
  readonly bytes: () => Buffer
  /** Reads each with `read`; a length that the buffer cannot hold is refused. */
  readonly list: <T>(read: () => T) => readonly T[]
}

/** Each function throws an Error where the answer ends too early: it comes from a server that may lie. */
export function createReader(buffer: Buffer): WireReader {
  let at = 0
  const take = (size: number): number => {
    if (size < 0 || at + size > buffer.length) throw new Error('its answer ends too early')
    at += size
    return at - size
  }
  const slice = (size: number): Buffer => {
    const from = take(size)
    return buffer.subarray(from, from + size)
  }
  const reader: WireReader = Object.freeze({
    int8: () => buffer.readInt8(take(1)),
    int16: () => buffer.readInt16BE(take(2)),
    int32: () => buffer.readInt32BE(take(4)),
    int64: () => buffer.readBigInt64BE(take(8)),
    string: () => {
      const size = reader.int16()
      return size < 0 ? undefined : slice(size).toString()
    },
    bytes: () => slice(Math.max(0, reader.int32())),
    list: <T>(read: () => T): readonly T[] => {
      const count = Math.max(0, reader.int32())
      if (count > buffer.length - at) throw new Error('its answer ends too early')
      return Array.from({ length: count }, read)
    },
  })
  return reader
}
