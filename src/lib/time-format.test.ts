import { expect, test } from 'vitest'
import { clockTime, rfc3339, rfc3339Micro } from './time-format.ts'

const CASES: readonly [sentence: string, timeNs: number, text: string][] = [
  ['the epoch', 0, '1970-01-01T00:00:00.000000000Z'],
  ['keeps all nine digits', Number(1_700_000_000_123_456_768n), '2023-11-14T22:13:20.123456768Z'],
  ['pads small fractions', 1_000_000_512, '1970-01-01T00:00:01.000000512Z'],
  ['a time that is no time is the epoch', Number.NaN, '1970-01-01T00:00:00.000000000Z'],
  ['a time before the epoch is the epoch', -5, '1970-01-01T00:00:00.000000000Z'],
]

test.each(CASES)('%s', (_, timeNs, text) => {
  expect(rfc3339(timeNs)).toBe(text)
  expect(rfc3339Micro(timeNs)).toBe(`${text.slice(0, 26)}Z`)
})

test('the clock shows microseconds', () => {
  expect(clockTime(Number(1_700_000_000_123_456_768n))).toMatch(/^\d\d:\d\d:20\.123456$/)
})
