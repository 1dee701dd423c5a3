/** What the URL says of the coverage page, and the report as it is shown. */
import { useQuery } from '@tanstack/react-query'
import { COVERAGE_STATES, type CoverageReport, type CoverageState, coverageQuery, type TechniqueCoverage } from '../../api/coverage.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'

const COVERAGE_TABS = ['attack', 'gaps', 'atlas', 'owasp'] as const
export type CoverageTab = (typeof COVERAGE_TABS)[number]

export interface CoverageUrl {
  readonly tab: CoverageTab
  readonly version: '18' | '19'
  /** Only techniques in that state; undefined: all. */
  readonly state: CoverageState | undefined
  readonly text: string
  /** Whose rules are shown beside. */
  readonly technique: string | undefined
}

export function parseCoverage(search: Search): CoverageUrl {
  return {
    tab: COVERAGE_TABS.find((tab) => tab === oneOf(search, 'tab')) ?? 'attack',
    version: oneOf(search, 'version') === '19' ? '19' : '18',
    state: COVERAGE_STATES.find((state) => state === oneOf(search, 'state')),
    text: oneOf(search, 'text') ?? '',
    technique: oneOf(search, 'technique'),
  }
}

export function useCoverage() {
  const [url, change] = useUrlState(parseCoverage)
  return { url, change, query: useQuery(coverageQuery(url.version)) }
}

export interface MatrixCell extends TechniqueCoverage {
  readonly subtechniques: readonly TechniqueCoverage[]
  /** It, or one of its sub-techniques, is looked for. */
  readonly fits: boolean
}

export interface MatrixColumn {
  readonly tactic: string
  readonly proven: number
  readonly total: number
  readonly cells: readonly MatrixCell[]
}

/** Columns in the order of an attack, as the report has them. */
export function matrixOf(report: CoverageReport, { state, text }: Pick<CoverageUrl, 'state' | 'text'>): readonly MatrixColumn[] {
  const wanted = text.toLowerCase()
  const fits = (one: TechniqueCoverage): boolean =>
    (state === undefined || one.state === state) && (wanted === '' || `${one.id} ${one.name}`.toLowerCase().includes(wanted))
  const below = new Map<string, TechniqueCoverage[]>()
  for (const one of report.covered) {
    const [parent = ''] = one.id.split('.')
    if (parent !== one.id) below.set(parent, [...(below.get(parent) ?? []), one])
  }
  return report.tactics.map(({ tactic, techniques }) => ({
    tactic,
    proven: techniques.proven,
    total: techniques.total,
    cells: report.covered
      .filter((one) => !one.id.includes('.') && one.tactics.includes(tactic))
      .map((one) => {
        const subtechniques = (below.get(one.id) ?? []).filter((sub) => sub.tactics.includes(tactic))
        return { ...one, subtechniques, fits: fits(one) || subtechniques.some(fits) }
      }),
  }))
}

/** `command-and-control` as people write it. */
export const tacticName = (tactic: string): string => {
  const words = tactic.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
