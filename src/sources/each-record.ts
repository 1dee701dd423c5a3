/** Walks the records of a batch, whatever source it came from. */

import { headerOffset } from '../events/layout.ts'
import type { Batch } from '../events/raw-record.ts'
import { HEADER_SIZE, type HeaderRecord, RECORD_CLASS } from '../events/records.gen.ts'

/** What was read and what could not be. Pass the same one again to add up over batches. */
export interface ReadTally {
  records: number
  /** Records of kinds that this version does not know: skipped. */
  unknown: number
  /** Records whose size cannot be; what follows in their batch is lost with them. */
  broken: number
  /** Bytes lost with broken records. */
  lostBytes: number
}

export const newTally = (): ReadTally => ({ records: 0, unknown: 0, broken: 0, lostBytes: 0 })

const SIZE_AT = headerOffset('size')
const KIND_AT = headerOffset('kind')

/** The least size of a record of each kind, 0 for no kind. */
const FIXED_SIZE = RECORD_CLASS.map((one) => (one === undefined ? 0 : (one as unknown as { readonly fixedSize: number }).fixedSize))

/**
 * Calls `visit` with each record, in order; the records are valid while the batch is. What cannot be read is counted in the
 * tally, never thrown. Records begin at multiples of 8. Hot: bench/decode.ts.
 */
export function eachRecord(batch: Batch, visit: (record: HeaderRecord) => void, tally: ReadTally = newTally()): ReadTally {
  const { view } = batch
  const end = view.byteLength
  for (let at = 0; at < end; ) {
    const left = end - at
    const size = left >= HEADER_SIZE ? view.getUint32(at + SIZE_AT, true) : 0
    if (size < HEADER_SIZE || size > left) return breakOff(tally, left)
    const kind = view.getUint16(at + KIND_AT, true)
    const RecordClass = RECORD_CLASS[kind]
    if (RecordClass === undefined) tally.unknown++
    else if (size < (FIXED_SIZE[kind] ?? 0)) tally.broken++
    else {
      tally.records++
      visit(new RecordClass(batch, at))
    }
    at += (size + 7) & ~7
  }
  return tally
}

/** Without a size there is no way to the next record. */
function breakOff(tally: ReadTally, left: number): ReadTally {
  tally.broken++
  tally.lostBytes += left
  return tally
}
