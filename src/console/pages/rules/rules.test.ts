import { expect, test } from 'vitest'
import type { RuleSummary } from '../../../api/services.ts'
import { narrowed, parseRules } from './use-rules.ts'

const rule = (name: string, more: Partial<RuleSummary> = {}): RuleSummary => ({
  ...{ name, desc: '', priority: 'warning', enabled: true, shadow: false, origin: 'shipped', tags: [], techniques: [], confidence: 'high' },
  ...{ form: 'condition', exceptions: 0, tests: 1, proven: true, overridden: false },
  ...more,
})

const RULES = [
  rule('Password file read', { techniques: ['T1003.008'], tags: ['host'] }),
  rule('Miner', { enabled: false, overridden: true, priority: 'critical' }),
  rule('Tried', { shadow: true }),
  rule('Ours', { origin: 'local', exceptions: 1 }),
]

const CASES: readonly (readonly [search: Record<string, string>, names: readonly string[]])[] = [
  [{}, ['Password file read', 'Miner', 'Tried', 'Ours']],
  [{ text: 'READ pass' }, ['Password file read']],
  [{ technique: 'T1003' }, ['Password file read']],
  [{ show: 'on' }, ['Password file read', 'Ours']],
  [{ show: 'off' }, ['Miner']],
  [{ show: 'shadow' }, ['Tried']],
  [{ show: 'changed' }, ['Miner', 'Ours']],
  [{ show: 'local' }, ['Ours']],
  [{ show: 'nothing', priority: 'critical' }, ['Miner']],
]

test.each(CASES)('%j', (search, names) => {
  expect(narrowed(RULES, parseRules(search)).map(({ name }) => name)).toEqual(names)
})
