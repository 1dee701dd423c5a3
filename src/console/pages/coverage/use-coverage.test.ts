import { expect, test } from 'vitest'
import type { CoverageReport, TechniqueCoverage } from '../../api/coverage.ts'
import { matrixOf, parseCoverage, tacticName } from './use-coverage.ts'

const tally = { total: 2, claimed: 1, data: 1, tested: 1, proven: 1 }
const technique = (id: string, state: TechniqueCoverage['state'], tactics: readonly string[]): TechniqueCoverage => ({
  ...{ id, name: `Name of ${id}`, tactics, state, rules: [], depth: 0, robustness: null, provenOn: null },
})
const REPORT: CoverageReport = {
  ...{ attackVersion: 18, techniques: tally, subtechniques: tally, atlas: [], owasp: [], gaps: [] },
  tactics: ['execution', 'persistence'].map((tactic) => ({ tactic, techniques: tally })),
  covered: [
    technique('T1', 'proven', ['execution', 'persistence']),
    technique('T1.001', 'none', ['execution']),
    technique('T2', 'none', ['execution']),
  ],
}

test('techniques stand below each of their tactics, with the sub-techniques of that tactic', () => {
  const columns = matrixOf(REPORT, { state: undefined, text: '' })
  expect(columns.map(({ tactic, cells }) => [tactic, cells.map(({ id, subtechniques }) => [id, subtechniques.length])])).toEqual([
    [
      'execution',
      [
        ['T1', 1],
        ['T2', 0],
      ],
    ],
    ['persistence', [['T1', 0]]],
  ])
})

test('what is looked for is found by its state, its id, its name, or by a sub-technique', () => {
  const found = (state: 'none' | 'proven' | undefined, text: string): string[] =>
    (matrixOf(REPORT, { state, text })[0]?.cells ?? []).filter(({ fits }) => fits).map(({ id }) => id)
  expect(found('proven', '')).toEqual(['T1'])
  expect(found('none', '')).toEqual(['T1', 'T2'])
  expect(found(undefined, 't2')).toEqual(['T2'])
  expect(found(undefined, 'NAME OF T1.001')).toEqual(['T1'])
})

test('what the address says and the page does not know is passed over', () => {
  expect(parseCoverage({ tab: 'nothing', version: '3', state: 'x' })).toEqual({
    tab: 'attack',
    version: '18',
    state: undefined,
    text: '',
    technique: undefined,
  })
  expect(tacticName('command-and-control')).toBe('Command and control')
})
