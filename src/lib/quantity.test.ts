import { expect, test } from 'vitest'
import { formatBytes, formatCount, formatMs, parseBytes, parseDurationMs, parseShare } from './quantity.ts'

test.each([
  ['4096', 4096],
  ['64k', 65_536],
  ['16MiB', 16_777_216],
  ['1.5 GB', 1_610_612_736],
  ['0', 0],
  ['-1', undefined],
  ['16 apples', undefined],
  ['', undefined],
])('%j is %j bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes))

test.each([
  ['500ms', 500],
  ['1s', 1000],
  ['2', 2000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['soon', undefined],
  ['', undefined],
])('%j lasts %j ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms))

test.each([
  ['5%', 0.05],
  ['12.5 %', 0.125],
  ['150%', 1.5],
  ['0.05', 0.05],
  ['5', undefined],
  ['0%', undefined],
  ['-5%', undefined],
  ['little', undefined],
])('%j is the share %j', (text, share) => expect(parseShare(text)).toBe(share))

test.each([
  [formatBytes(512), '512 B'],
  [formatBytes(157_286_400), '150.0 MiB'],
  [formatMs(12), '12 ms'],
  [formatMs(12_340), '12.3 s'],
  [formatMs(245_000), '4 min 5 s'],
  [formatMs(7_380_000), '2 h 3 min'],
  [formatCount(1_234_567), '1,234,567'],
  [formatCount(12), '12'],
])('prints %j', (text, wanted) => expect(text).toBe(wanted))
