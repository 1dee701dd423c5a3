import { expect, test } from 'vitest'
import type { Hook } from '../../sources/ebpf/attached.ts'
import { type Conditions, degradedFeatures } from './degraded.ts'

const hook = (more: Partial<Hook>): Hook => ({
  ...{ program: 'file_open__openat', section: 'tp_btf/x', state: 'attached', errno: 0, reason: '', log: '', kind: 'file.open' },
  ...more,
})

const WELL: Conditions = {
  hooks: [hook({})],
  filters: { generation: 1, errno: 0, unfiltered: [] } as unknown as NonNullable<Conditions['filters']>,
  compat: true,
  budget: { maxShare: undefined, share: 0.01, step: 0, foldWindowMs: 1000, shifts: new Map() },
  diskFails: false,
  historyLeft: 0,
  prevention: undefined,
}

test('an agent that works in full has nothing to say', () => {
  expect(degradedFeatures(WELL)).toEqual([])
  expect(degradedFeatures({ ...WELL, filters: undefined, hooks: [hook({ state: 'missing', reason: 'not in this kernel' })] })).toEqual([])
})

test.each<[string, Partial<Conditions>, string, RegExp]>([
  [
    'a refused hook',
    { hooks: [hook({ state: 'failed', reason: 'Permission denied' })] },
    'file.open events',
    /refused 1 .*Permission denied/,
  ],
  ['filters that the kernel refuses', { filters: { ...WELL.filters, errno: 7 } as Conditions['filters'] }, 'kernel filters', /error 7/],
  [
    'filters too large for the kernel',
    { filters: { ...WELL.filters, unfiltered: ['net.connect'] } as unknown as Conditions['filters'] },
    'kernel filters',
    /net\.connect/,
  ],
  ['calls that are not watched', { compat: false }, '32-bit calls', /--no-compat/],
  [
    'a budget that is used up',
    { budget: { ...WELL.budget, step: 3, foldWindowMs: 60_000, shifts: new Map([['net.socket', 2]]) } },
    'processor time',
    /1 min 0 s; of net\.socket a sample/,
  ],
  ['a disk that takes nothing', { diskFails: true }, 'spool', /cannot be written/],
  ['events that history lacks', { historyLeft: 12 }, 'history', /^12 events/],
])('%s is told, and what to do', (_, more, name, detail) => {
  const [feature, ...others] = degradedFeatures({ ...WELL, ...more })
  expect(others).toEqual([])
  expect(feature).toMatchObject({ name, detail: expect.stringMatching(detail), fix: expect.stringMatching(/\.$|: tarsier|--json$/) })
})
