import { expect, test } from 'vitest'
import { median, percentile } from './statistics.ts'

test.each([
  ['of one value that value', [7], 7],
  ['of an odd number the one in the middle, whatever the order', [9, 1, 5], 5],
  ['of an even number the mean of the two in the middle', [1, 2, 4, 100], 3],
])('the median is %s', (_, values, expected) => {
  expect(median(values)).toBe(expected)
})

test.each([
  [0.5, 50],
  [0.99, 99],
  [1, 100],
  [0, 1],
])('the percentile %s of 1 to 100 is %s', (share, expected) => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(percentile(values, share)).toBe(expected)
})

test('of nothing there is neither', () => {
  expect(() => median([])).toThrow('nothing')
  expect(() => percentile([], 0.5)).toThrow('nothing')
})
