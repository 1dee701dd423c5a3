import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeRecord } from '../../events/encode.ts'
import { KINDS } from '../../events/kinds.ts'
import { batchOf } from '../../events/raw-record.ts'
import type { HeaderRecord } from '../../events/records.gen.ts'
import { eachRecord } from '../each-record.ts'
import { presentLayout, type StoredLayout, storedLayoutSchema } from './stored-layout.ts'
import { type TranscodeTally, transcoderFor } from './transcode.ts'

/** The present layout, changed as a later version might have changed it. */
function changed(change: (layout: StoredLayout) => void): StoredLayout {
  const layout = structuredClone(presentLayout())
  change(layout)
  return storedLayoutSchema.parse(layout)
}

const kindIn = (layout: StoredLayout, name: string) => {
  const found = layout.kinds.find((kind) => kind.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

function run(layout: StoredLayout, bytes: Buffer): { records: Record<string, unknown>[]; tally: TranscodeTally } {
  const tally = { unknown: 0, broken: 0 }
  const records: Record<string, unknown>[] = []
  eachRecord(batchOf(transcoderFor(layout)(bytes, tally)), (record) => records.push(record as HeaderRecord & Record<string, unknown>))
  return { records, tally }
}

const RENAME = encodeRecord('file.rename', { pid: 7, type: 'renameat2', oldPath: '/a', newPath: '/b', renameFlags: 3, truncated: 8 })

describe('records of another layout', () => {
  test('of the same layout are handed over as they are', () => {
    const bytes = Buffer.from(RENAME)
    expect(transcoderFor(presentLayout())(bytes, { unknown: 0, broken: 0 })).toBe(bytes)
  })

  test.each<[string, (layout: StoredLayout) => void, Record<string, unknown>]>([
    [
      'a field that was renamed is empty, the others stand',
      (layout) => {
        for (const field of kindIn(layout, 'file.rename').fields) if (field.name === 'oldPath') field.name = 'former'
      },
      { pid: 7, oldPath: '', newPath: '/b', renameFlags: 3 },
    ],
    [
      'a kind that had another number is known by its name',
      (layout) => {
        for (const kind of layout.kinds) if (kind.name === 'file.unlink') kind.id = 200
        kindIn(layout, 'file.rename').name = 'file.unlink'
        kindIn(layout, 'file.unlink').fields.push({ name: 'path', type: 'text', offset: 188, width: 4, bit: 0 })
      },
      { pid: 7, path: '/a', kind: 12 },
    ],
    [
      'types had other numbers',
      (layout) => {
        layout.types.reverse()
      },
      { type: presentLayout().types.length - 1 - presentLayout().types.indexOf('renameat2') },
    ],
    [
      'texts were numbered otherwise in truncated',
      (layout) => {
        const { fields } = kindIn(layout, 'file.rename')
        for (const field of fields) if (field.bit !== undefined) field.bit = 3 - field.bit
      },
      { truncated: 1 },
    ],
    [
      'a number that was made text is left out',
      (layout) => {
        for (const field of kindIn(layout, 'file.rename').fields) if (field.name === 'renameFlags') field.type = 'text'
      },
      { renameFlags: 0, newPath: '/b' },
    ],
  ])('%s', (_, change, expected) => {
    const { records, tally } = run(changed(change), RENAME)
    expect(tally).toEqual({ unknown: 0, broken: 0 })
    expect(records).toHaveLength(1)
    for (const [name, value] of Object.entries(expected)) expect(records[0]?.[name], name).toEqual(value)
  })

  test('records of a kind that is gone are counted and left out', () => {
    const layout = changed((one) => {
      kindIn(one, 'file.rename').name = 'file.teleport'
    })
    const { records, tally } = run(layout, Buffer.concat([RENAME, encodeRecord('file.unlink', { path: '/x' }), RENAME]))
    expect(tally).toEqual({ unknown: 2, broken: 0 })
    expect(records.map(({ path }) => path)).toEqual(['/x'])
  })

  test('whatever the bytes are, it neither throws nor makes records that cannot be read', () => {
    const layout = changed((one) => {
      one.types.push('newcall')
    })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(KINDS.length - 1), fc.integer({ min: 0, max: 700 }), (noise, kind, size) => {
        const bytes = Buffer.concat([RENAME, Buffer.from(noise)])
        if (bytes.length >= RENAME.length + 176) {
          bytes.writeUInt32LE(size, RENAME.length + 72)
          bytes.writeUInt16LE(KINDS[kind]?.id ?? 0, RENAME.length + 148)
        }
        const tally = { unknown: 0, broken: 0 }
        const read = eachRecord(batchOf(transcoderFor(layout)(bytes, tally)), () => {})
        expect(read.broken).toBe(0)
        expect(read.records).toBeGreaterThanOrEqual(1)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a stored layout that cannot be', () => {
  test.each<[string, (layout: StoredLayout) => void]>([
    ['a field outside of its record', (layout) => Object.assign(kindIn(layout, 'file.unlink').fields[0] ?? {}, { offset: 9999 })],
    ['a width that is not that of the type', (layout) => Object.assign(layout.header[0] ?? {}, { width: 2 })],
    [
      'a header without a size',
      (layout) =>
        layout.header.splice(
          layout.header.findIndex(({ name }) => name === 'size'),
          1,
        ),
    ],
    ['a negative offset', (layout) => Object.assign(layout.header[0] ?? {}, { offset: -8 })],
  ])('%s is refused', (_, change) => {
    const layout = structuredClone(presentLayout())
    change(layout)
    expect(storedLayoutSchema.safeParse(layout).success).toBe(false)
  })
})
