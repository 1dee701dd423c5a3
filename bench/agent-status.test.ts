import { expect, test } from 'vitest'
import { statusOf } from './agent-status.ts'

test('reads the account of the end', () => {
  const printed =
    'tarsier: ready (hooks=138)\ntarsier: stopped (seen=42463, events=40822, folded=1114, filtered=520, lost=7, cpu_seconds=3.06)\n'
  expect(statusOf(printed)).toEqual({ seen: 42_463, events: 40_822, folded: 1114, filtered: 520, lost: 7 })
})

test('an agent that was killed left none', () => {
  expect(statusOf('tarsier: ready (hooks=138)\n')).toBeUndefined()
})

test('an account without a count that we report is an error, not a 0', () => {
  expect(() => statusOf('tarsier: stopped (seen=1, events=1, folded=2, filtered=0)\n')).toThrow('lacks lost')
})
