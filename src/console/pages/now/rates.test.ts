import { expect, test } from 'vitest'
import type { SensorPoint } from '../../../findings/sensor-record.ts'
import { latestRate, ratesOver } from './rates.ts'

const point = (minute: number, kept: number): SensorPoint => ({
  timeNs: (1_000_000 + minute * 60) * 1e9,
  seconds: 60,
  kept,
  filtered: 0,
  lost: 0,
  findings: 0,
  cpuShare: 0,
  residentBytes: 0,
})

test('rates of sensors at the same minute are added', () => {
  expect(ratesOver([[point(58, 1), point(59, 2)], [point(59, 40)]], 'kept').slice(-2)).toEqual([1, 42])
})

test('several points of one sensor in a minute are one rate', () => {
  expect(ratesOver([[point(59, 10), point(59.2, 20)]], 'kept').at(-1)).toBe(15)
})

test('without points there is nothing', () => {
  expect([ratesOver([], 'kept'), ratesOver([[]], 'kept'), latestRate(undefined, 'kept')]).toEqual([[], [], 0])
})
