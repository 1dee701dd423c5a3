/** A batch of records, magic 2 (kafka.apache.org/documentation, "Record Batch"). */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { crc32c } from './hashes.ts'
import { createWriter } from './wire.ts'

export interface KafkaRecord {
  readonly key: string
  readonly value: string
  readonly timeMs: number
  readonly headers: Readonly<Record<string, string>>
}

/** Who sends: the broker takes each sequence number of a producer once. Ids of -1 say that it should not look. */
export interface BatchOrigin {
  readonly producerId: bigint
  readonly epoch: number
  /** Of the first record. */
  readonly sequence: number
}

const compress = promisify(gzip)
const MAGIC = 2
const GZIP = 1

/** At least one record. */
export async function recordBatch(records: readonly KafkaRecord[], origin: BatchOrigin, compression: 'none' | 'gzip'): Promise<Buffer> {
  const times = records.map(({ timeMs }) => timeMs)
  const first = times[0] ?? 0
  const max = times.reduce((most, time) => Math.max(most, time), first)
  const plain = Buffer.concat(records.map((record, index) => recordBytes(record, index, first)))
  const checked = createWriter()
    .int16(compression === 'gzip' ? GZIP : 0)
    .int32(records.length - 1)
    .int64(BigInt(first))
    .int64(BigInt(max))
    .int64(origin.producerId)
    .int16(origin.epoch)
    .int32(origin.sequence)
    .int32(records.length)
    .raw(compression === 'gzip' ? await compress(plain) : plain)
    .done()
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32c(checked))
  const counted = createWriter().int32(-1).int8(MAGIC).raw(crc).raw(checked).done()
  return createWriter().int64(0n).bytes(counted).done()
}

/** Times are differences to the first; those beyond 24 days are cut, which findings of one batch never are apart. */
function recordBytes({ key, value, timeMs, headers }: KafkaRecord, index: number, firstMs: number): Buffer {
  const difference = Math.max(-0x3fffffff, Math.min(0x3fffffff, timeMs - firstMs))
  const writer = createWriter().int8(0).varint(difference).varint(index)
  for (const bytes of [Buffer.from(key), Buffer.from(value)]) writer.varint(bytes.length).raw(bytes)
  const pairs = Object.entries(headers)
  writer.varint(pairs.length)
  for (const text of pairs.flat()) {
    const bytes = Buffer.from(text)
    writer.varint(bytes.length).raw(bytes)
  }
  const body = writer.done()
  return createWriter().varint(body.length).raw(body).done()
}
