import { expect, test } from 'vitest'
import type { Finding } from '../findings/finding.ts'
import type { BudgetState } from './budget.ts'
import { createBudgetGuard } from './budget-guard.ts'

/** Uses the processor so long that the share is far above the budget. */
function burn(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; ) Math.sqrt(end)
}

test('other rules begin with nothing saved, and both are said', { timeout: 20_000 }, async () => {
  const told: (number | BudgetState['shifts'])[] = []
  const findings: Finding[] = []
  const guard = createBudgetGuard({
    ...{ maxShare: 1e-6, rules: [{ priority: 'debug', types: 'all' }], hostname: 'h', emit: (finding) => findings.push(finding) },
    knobs: { setFoldWindow: (ms) => told.push(ms), setSampling: (shifts) => told.push(shifts) },
  })
  await expect
    .poll(
      () => {
        burn(5)
        guard.check(0)
        return guard.state().step
      },
      { timeout: 15_000, interval: 500 },
    )
    .toBe(1)
  guard.use([{ priority: 'critical', types: 'all' }])
  expect(told).toEqual([4000, new Map(), 1000, new Map()])
  expect(findings.map(({ rule }) => rule)).toEqual(['Tarsier watches less to save processor time', 'Tarsier watches more again'])
  expect(findings[0]?.outputFields).toMatchObject({ 'tarsier.step': 1, 'tarsier.fold_window_ms': 4000, 'tarsier.sampled': null })
})
