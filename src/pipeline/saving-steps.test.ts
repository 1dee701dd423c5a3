import { describe, expect, test } from 'vitest'
import { savingSteps } from './saving-steps.ts'

const wanting = (priority: Parameters<typeof savingSteps>[0][number]['priority'], ...types: string[]) => ({
  priority,
  types: new Set(types),
})

const sampled = (rules: Parameters<typeof savingSteps>[0]) => savingSteps(rules).map(({ shifts }) => Object.fromEntries(shifts))

describe('what is saved', () => {
  test('first nothing, then folding over a longer and longer time, with every event of every kind', () => {
    const steps = savingSteps([wanting('critical', 'openat')])
    expect(steps.map(({ foldWindowMs }) => foldWindowMs)).toEqual([1000, 4000, 15_000, 60_000])
    expect(steps.every(({ shifts }) => shifts.size === 0)).toBe(true)
  })

  test('then kinds are sampled, those first that the least urgent rules want', () => {
    const steps = sampled([wanting('debug', 'connect'), wanting('notice', 'unlink', 'unlinkat')]).slice(4)
    expect(steps.map((kinds) => Object.keys(kinds))).toEqual([
      ['net.connect'],
      ['net.connect'],
      ['net.connect'],
      ['net.connect', 'file.unlink'],
      ['net.connect', 'file.unlink'],
      ['net.connect', 'file.unlink'],
    ])
    expect(steps.map((kinds) => kinds['net.connect'])).toEqual([2, 4, 6, 6, 6, 6])
  })

  test.each(['warning', 'error', 'critical', 'alert', 'emergency'] as const)(
    'a kind that a rule of priority %s wants, too, is never sampled',
    (priority) => {
      expect(sampled([wanting('debug', 'connect'), wanting(priority, 'connect')]).every((kinds) => Object.keys(kinds).length === 0)).toBe(
        true,
      )
    },
  )

  test('what tells of processes is never sampled', () => {
    expect(
      sampled([{ priority: 'debug', types: 'all' }])
        .flatMap((kinds) => Object.keys(kinds))
        .filter((kind) => /^(process|cred|ns)\./.test(kind)),
    ).toEqual([])
  })
})
