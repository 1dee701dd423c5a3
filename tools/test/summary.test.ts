import { expect, test } from 'vitest'
import { type RanFile, summaryOf } from './summary.ts'

const passed = { name: 'a', state: 'passed', reason: '', again: false } as const
const skipped = (reason: string) => ({ ...passed, state: 'skipped', reason }) as const
const file = (tests: RanFile['tests'], errors = 0): RanFile => ({ file: 'a.test.ts', errors, tests })

const CASES: readonly (readonly [name: string, files: readonly RanFile[], unhandled: number, ok: boolean, last: string])[] = [
  ['all passed', [file([passed, passed])], 0, true, '2 passed, 0 failed, 0 skipped'],
  ['a failed test fails the run', [file([passed, { ...passed, state: 'failed' }])], 0, false, '1 passed, 1 failed, 0 skipped'],
  ['a file that does not load fails the run', [file([passed]), file([], 1)], 0, false, '1 passed, 1 failed, 0 skipped'],
  ['an error after the tests fails the run', [file([passed])], 1, false, '1 passed, 1 failed, 0 skipped'],
  ['a test that never ran fails the run', [file([passed, { ...passed, state: 'pending' }])], 0, false, '1 passed, 1 failed, 0 skipped'],
  ['a run without tests has not passed', [], 0, false, '0 passed, 0 failed, 0 skipped'],
  ['skipped tests do not fail it', [file([passed, skipped('not root')])], 0, true, '1 passed, 0 failed, 1 skipped'],
]

test.each(CASES)('%s', (_, files, unhandled, ok, last) => {
  const summary = summaryOf(files, unhandled)
  expect(summary.ok).toBe(ok)
  expect(summary.lines.at(-1)).toBe(last)
})

test('skipped tests are told once per reason, with their files', () => {
  expect(summaryOf([file([passed, skipped('not root'), skipped('not root'), skipped('no BTF')])], 0).lines).toEqual([
    'skipped 2: not root (a.test.ts)',
    'skipped 1: no BTF (a.test.ts)',
    '1 passed, 0 failed, 3 skipped',
  ])
})

test('what passed only at its second try is named', () => {
  expect(summaryOf([file([passed, { ...passed, name: 'b', again: true }])], 0).lines).toEqual([
    'passed at the second try: b (a.test.ts)',
    '2 passed, 0 failed, 0 skipped',
  ])
})
