import { expect, test } from 'vitest'
import type { PreventionStatus } from '../prevention.ts'
import { preventionReport, weakPrevention } from './prevention-report.ts'

const enforced = { rule: 'Dropped', kind: 'process.exec', enforced: true, how: 'fanotify' } as const
const not = { rule: 'Rename', kind: undefined, enforced: false, how: 'none of its events can be prevented' } as const
const status = (given: Partial<PreventionStatus> = {}): PreventionStatus => ({
  ...{
    mode: 'act',
    inForce: true,
    blockedFiles: 0,
    counters: undefined,
    denials: undefined,
    enforcement: [enforced],
    mounts: [{ path: '/', errno: 0 }],
  },
  ...given,
})

test('rules are told with what enforces them, mounts with what the kernel said, and many are cut short', () => {
  const mounts = [
    { path: '/', errno: 0 },
    { path: '/sealed', errno: 22 },
  ]
  expect(preventionReport(status({ enforcement: [enforced, not], mounts }))).toMatchObject({
    ...{ mode: 'act', inForce: true, counters: [], rulesLeft: 0, watched: 1, unwatched: [{ path: '/sealed', reason: 'EINVAL' }] },
    rules: [enforced, { ...not, kind: null }],
  })
  expect(preventionReport(status({ denials: { denied: 2, wouldDeny: 0 } })).counters).toContainEqual({ name: 'deniedByKernel', count: 2 })
  const many = preventionReport(status({ enforcement: Array.from({ length: 700 }, () => enforced) }))
  expect([many.rules.length, many.rulesLeft]).toEqual([500, 200])
})

test.each<[string, Partial<PreventionStatus>, readonly string[]]>([
  ['what works in full has nothing to say', {}, []],
  ['a helper that does not run', { inForce: false }, ['prevention']],
  ['one that need not run', { inForce: false, enforcement: [] }, []],
  ['one that does not run though a file is blocked', { inForce: false, enforcement: [], blockedFiles: 1 }, ['prevention']],
  ['prevention that is off', { mode: 'off', inForce: false, enforcement: [enforced, not] }, []],
  ['a file system that is not watched', { mounts: [{ path: '/sealed', errno: 22 }] }, ['file systems of prevention']],
  ['a rule that cannot be enforced', { enforcement: [enforced, not] }, ['rules of prevention']],
])('%s', (_, given, names) => {
  expect(weakPrevention(status(given)).map(({ name }) => name)).toEqual(names)
})
