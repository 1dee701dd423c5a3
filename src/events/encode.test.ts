import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeRecord, type RecordValue } from './encode.ts'
import { KINDS } from './kinds.ts'
import { HEADER_LAYOUT, isBehind, layoutOf, type PlacedField } from './layout.ts'
import { batchOf } from './raw-record.ts'
import { type HeaderRecord, RECORD_CLASS } from './records.gen.ts'

/** What the encoder fills in itself. */
const OWN = new Set(['size', 'kind', 'truncated'])

function arbitraryOf({ field, width }: PlacedField): fc.Arbitrary<RecordValue> {
  switch (field.type) {
    case 'text':
      // Any bytes a file name may have, well-formed or not.
      return fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))
    case 'data':
      return fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))
    case 'bytes':
      return fc.uint8Array({ minLength: width, maxLength: width }).map((bytes) => Buffer.from(bytes))
    case 'i32':
      return fc.integer()
    case 'i64':
      return fc.maxSafeInteger()
    default:
      return fc.integer({ min: 0, max: Math.min(2 ** (8 * width) - 1, Number.MAX_SAFE_INTEGER) })
  }
}

function read(record: Buffer, id: number): HeaderRecord {
  const RecordClass = RECORD_CLASS[id]
  if (RecordClass === undefined) throw new Error(`no class for ${id}`)
  return new RecordClass(batchOf(record), 0)
}

describe('what is encoded is decoded again', () => {
  for (const kind of KINDS) {
    const fields = [...HEADER_LAYOUT.fields, ...layoutOf(kind).fields].filter(({ name }) => !OWN.has(name))
    test(`every field of ${kind.name}`, () => {
      const values = fc.record(Object.fromEntries(fields.map((place) => [place.name, arbitraryOf(place)])))
      fc.assert(
        fc.property(values, (given) => {
          const record = encodeRecord(kind.name, given)
          const decoded = read(record, kind.id) as unknown as Record<string, unknown>
          expect(decoded.kind).toBe(kind.id)
          expect(decoded.size).toBe(record.length)
          expect(record.length % 8).toBe(0)
          for (const { name, field } of fields) {
            // A text comes back as a string; encoding that again shows that no byte of it is lost.
            const value = field.type === 'text' ? Buffer.from(encodeAgain(kind.name, name, decoded[name] as string)) : decoded[name]
            expect(value, name).toEqual(given[name])
          }
        }),
        { numRuns: 30 },
      )
    })
  }
})

/** The bytes that a decoded text becomes when a record is made of it. */
function encodeAgain(kindName: (typeof KINDS)[number]['name'], field: string, text: string): Buffer {
  const record = encodeRecord(kindName, { [field]: text })
  const kind = KINDS.find(({ name }) => name === kindName)
  const place = kind === undefined ? undefined : layoutOf(kind).fields.find(({ name }) => name === field)
  const slot = record.readUInt32LE(place?.offset ?? 0)
  return record.subarray(slot & 0xffff, (slot & 0xffff) + (slot >>> 16))
}

describe('limits', () => {
  test('a text beyond its limit is cut and its bit set in truncated', () => {
    const record = read(encodeRecord('file.unlink', { rawPath: 'x'.repeat(5000), path: '/y' }), 12) as HeaderRecord & {
      rawPath: string
      path: string
    }
    expect(record.rawPath.length).toBe(4096)
    expect(record.path).toBe('/y')
    expect(record.truncated).toBe(2)
  })

  test('the largest record of every kind has offsets and lengths that fit their slots', () => {
    for (const kind of KINDS) {
      const layout = layoutOf(kind)
      const texts = layout.fields.filter(({ field }) => isBehind(field))
      const record = encodeRecord(kind.name, Object.fromEntries(texts.map(({ name, field }) => [name, Buffer.alloc(field.size, 97)])))
      expect(record.length).toBe(layout.maxSize)
      const last = read(record, kind.id)
      for (const { name, field, offset } of texts) {
        expect(last.blob(offset).length, `${kind.name} ${name}`).toBe(field.size)
        expect(last.blob(offset).every((byte) => byte === 97)).toBe(true)
      }
    }
  })

  test.each([
    ['a field that the kind does not have', { noSuchField: 1 }],
    ['the size, which is not the caller’s to say', { size: 8 }],
    ['a type that does not exist', { type: 'nosuchcall' }],
  ])('%s is refused', (_, values) => {
    expect(() => encodeRecord('file.unlink', values)).toThrow(TypeError)
  })

  test('a type may be given by name, and is the first of the kind otherwise', () => {
    const typeOf = (record: Buffer): number => read(record, 12).type
    expect(typeOf(encodeRecord('file.unlink', { type: 'rmdir' }))).toBe(typeOf(encodeRecord('file.unlink', {})) + 2)
  })
})
