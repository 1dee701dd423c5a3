import { expect, test } from 'vitest'
import { encodeRecord } from '../events/encode.ts'
import { CLASSES, classCount, classOf } from '../events/filter-classes.ts'
import { batchOf } from '../events/raw-record.ts'
import { FileOpenRecord } from '../events/records.gen.ts'
import { classText } from './class-text.ts'

const COUNT = classCount(CLASSES.get('file.open') as never)

/** The class of an open to write that failed. */
const WRITE_FAILED = classOf('file.open', new FileOpenRecord(batchOf(encodeRecord('file.open', { openFlags: 1, result: -13 })), 0))

test.each([
  [
    'one class by all its facts',
    (number: number) => number === WRITE_FAILED,
    /^to write, failed, file was there, no regular file, no memory/,
  ],
  [
    'two that differ in access by the rest',
    (number: number) => number === WRITE_FAILED || number === WRITE_FAILED + 1,
    /^to write or to read and write, failed,/,
  ],
  ['what no fact tells apart by number', (number: number) => number % 95 !== 0, /^\d+ of 96 classes$/],
])('tells %s', (_, holds, text) => {
  expect(
    classText(
      'file.open',
      Array.from({ length: COUNT }, (__, number) => holds(number)),
    ),
  ).toMatch(text)
})
