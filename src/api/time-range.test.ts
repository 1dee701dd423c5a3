import { expect, test } from 'vitest'
import { rangeOf, stepNsOf } from './time-range.ts'

const NOW_NS = 1_790_000_000_000_000_000

test.each([
  [{}, NOW_NS - 86_400e9, NOW_NS + 1e9],
  [{ from: '90m' }, NOW_NS - 5400e9, NOW_NS + 1e9],
  [{ from: '7d', to: '1d' }, NOW_NS - 7 * 86_400e9, NOW_NS - 86_400e9],
  [{ from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00+01:00' }, undefined, undefined],
  [{ from: '2026-01-01T00:00:00.5Z', to: '2026-01-01T00:00:01z' }, 1_767_225_600.5e9, 1_767_225_601e9],
  [{ from: '2026-01-01T00:00:00.000000512Z', to: '2026-01-01 02:00:00+01:00' }, 1_767_225_600e9 + 512, 1_767_229_200e9],
  [{ from: '99999d' }, 0, NOW_NS + 1e9],
  [{ from: '2026-02-30T25:00:00Z' }, undefined, undefined],
  [{ from: '2026-01-01' }, undefined, undefined],
  [{ from: '24' }, undefined, undefined],
  [{ from: '-1h' }, undefined, undefined],
  [{ from: '1h', to: '2h' }, undefined, undefined],
])('%j', (given, fromNs, toNs) => {
  if (fromNs === undefined) expect(() => rangeOf(given, NOW_NS)).toThrowError(expect.objectContaining({ code: 'API_INVALID' }))
  else expect(rangeOf(given, NOW_NS)).toEqual({ fromNs, toNs })
})

test.each([
  [undefined, 300e9],
  ['30s', 30e9],
  ['1h', 3600e9],
])('a step of %s', (text, ns) => {
  expect(stepNsOf(text)).toBe(ns)
})
