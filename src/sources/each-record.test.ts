import { describe, expect, test } from 'vitest'
import { encodeRecord } from '../events/encode.ts'
import { headerOffset } from '../events/layout.ts'
import { batchOf } from '../events/raw-record.ts'
import { eachRecord, newTally } from './each-record.ts'

const unlink = (path: string): Buffer => encodeRecord('file.unlink', { path })

/** A copy with one number of its header changed. */
function altered(record: Buffer, field: 'size' | 'kind', value: number): Buffer {
  const copy = Buffer.from(record)
  if (field === 'size') copy.writeUInt32LE(value, headerOffset('size'))
  else copy.writeUInt16LE(value, headerOffset('kind'))
  return copy
}

const A = unlink('/a')
const B = unlink('/b')

describe('the records of a batch', () => {
  test.each([
    ['none in an empty one', [], [], { records: 0, unknown: 0, broken: 0, lostBytes: 0 }],
    ['each in its order', [A, B, A], ['/a', '/b', '/a'], { records: 3, unknown: 0, broken: 0, lostBytes: 0 }],
    [
      'not one of a kind that is not known',
      [A, altered(B, 'kind', 250), A],
      ['/a', '/a'],
      { records: 2, unknown: 1, broken: 0, lostBytes: 0 },
    ],
    [
      'not one that is too small for its kind, but those behind it',
      [altered(encodeRecord('uring.setup', {}), 'kind', 11), A],
      ['/a'],
      { records: 1, unknown: 0, broken: 1, lostBytes: 0 },
    ],
    [
      'none from a size of 0 on',
      [A, altered(B, 'size', 0), A],
      ['/a'],
      { records: 1, unknown: 0, broken: 1, lostBytes: B.length + A.length },
    ],
    [
      'none from a size beyond the end on',
      [A, altered(B, 'size', 4096)],
      ['/a'],
      { records: 1, unknown: 0, broken: 1, lostBytes: B.length },
    ],
    ['none from a cut header on', [A, B.subarray(0, 100)], ['/a'], { records: 1, unknown: 0, broken: 1, lostBytes: 100 }],
  ])('%s', (_, parts, paths, tally) => {
    const seen: string[] = []
    const total = newTally()
    expect(eachRecord(batchOf(Buffer.concat(parts)), (record) => seen.push((record as unknown as { path: string }).path), total)).toBe(
      total,
    )
    expect(seen).toEqual(paths)
    expect(total).toEqual(tally)
  })

  test('a tally adds up over batches', () => {
    const tally = newTally()
    for (let i = 0; i < 3; i++) eachRecord(batchOf(A), () => {}, tally)
    expect(tally.records).toBe(3)
  })
})
