import { expect, test } from 'vitest'
import { byteSize, counted, percent, timeSpan } from './numbers.ts'
import { barsOf } from './steps.ts'
import { agoText, shortTimeText, utcText } from './time.ts'
import { durationNs, rangeNs, stepFor } from './time-range.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12, 0, 0)
const HOUR = 3600e9

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [150 * 1024 * 1024, '150 MiB'],
  [2 ** 50 * 5000, '5000 PiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(byteSize(bytes)).toBe(text)
})

test.each([
  [0.0004, '0.04%'],
  [0.0123, '1.2%'],
  [0.5, '50%'],
  [0, '0%'],
  [1, '100%'],
])('a share of %d is %s', (share, text) => {
  expect(percent(share)).toBe(text)
})

test.each([
  [42e6, '42 ms'],
  [3.42e9, '3.4 s'],
  [300e9, '5 min'],
  [2 * HOUR + 600e9, '2 h 10 min'],
  [76 * HOUR, '3 d 4 h'],
])('%d ns are %s', (ns, text) => {
  expect(timeSpan(ns)).toBe(text)
})

test('one and many', () => {
  expect([counted(1, 'finding'), counted(1234, 'finding'), counted(2, 'process', 'processes')]).toEqual([
    '1 finding',
    '1,234 findings',
    '2 processes',
  ])
})

test.each([
  [0, 'now'],
  [12, '12 s ago'],
  [-300, 'in 5 min'],
  [7200, '2 h ago'],
  [200_000, '2 d ago'],
])('%d seconds before is %s', (seconds, text) => {
  expect(agoText((NOW_MS - seconds * 1000) * 1e6, NOW_MS)).toBe(text)
})

test('a day that is not today is said', () => {
  const text = shortTimeText((NOW_MS - 40 * 86_400_000) * 1e6, NOW_MS)
  expect(text).toMatch(/^13 Oct \d\d:\d\d:\d\d$/)
  expect(shortTimeText((NOW_MS - 500 * 86_400_000) * 1e6, NOW_MS)).toContain('2025')
})

test('a time that no calendar has is said to be none', () => {
  expect([utcText(0), utcText(1e30)]).toEqual(['1970-01-01T00:00:00.000Z', 'out of range'])
})

test.each<[string, number | undefined]>([
  ['90m', 90 * 60e9],
  ['7d', 7 * 86_400e9],
  ['5', undefined],
  ['-5m', undefined],
  ['1w', undefined],
  ['9999999d', undefined],
])('the duration %s', (text, ns) => {
  expect(durationNs(text)).toBe(ns)
})

test.each<[sentence: string, from: string | undefined, to: string | undefined, hours: [number, number]]>([
  ['nothing said is the last day', undefined, undefined, [-24, 0]],
  ['a duration counts back from now', '2h', undefined, [-2, 0]],
  ['both ends can be durations', '3h', '1h', [-3, -1]],
  ['both ends can be times', '2026-11-22T09:00:00Z', '2026-11-22T10:00:00Z', [-3, -2]],
  ['what cannot be read is as if it were not there', 'yesterday', 'soon', [-24, 0]],
  ['what ends before it begins becomes the day before its end', '1h', '3h', [-27, -3]],
])('%s', (_, from, to, [begin, end]) => {
  const range = rangeNs({ from, to }, NOW_MS)
  expect([range.fromNs, range.toNs]).toEqual([NOW_MS * 1e6 + begin * HOUR, NOW_MS * 1e6 + end * HOUR])
})

test.each([
  [HOUR, 60, '1m'],
  [24 * HOUR, 60, '30m'],
  [24 * HOUR * 30, 100, '12h'],
  [24 * HOUR * 10_000, 60, '30d'],
])('%d ns in at most %d bars', (ns, most, step) => {
  expect(stepFor({ fromNs: 0, toNs: ns }, most).text).toBe(step)
})

test('bars have every step, and what lies outside is left out', () => {
  const points = [
    { timeNs: 0, series: 0, count: 9 },
    { timeNs: 2 * HOUR, series: 1, count: 3 },
    { timeNs: 2 * HOUR, series: 1, count: 1 },
    { timeNs: 90 * HOUR, series: 0, count: 9 },
  ]
  expect(barsOf(points, { fromNs: HOUR + 5, toNs: 4 * HOUR, stepNs: HOUR }, 2)).toEqual([
    { timeNs: HOUR, values: [0, 0] },
    { timeNs: 2 * HOUR, values: [0, 4] },
    { timeNs: 3 * HOUR, values: [0, 0] },
  ])
})

test('bars are never so many that the page would stop', () => {
  expect(barsOf([], { fromNs: 0, toNs: 1e18, stepNs: 1 }, 1).length).toBeLessThanOrEqual(1000)
})
