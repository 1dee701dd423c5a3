/** The coverage report: what `tarsier coverage --json` prints. Its types are written here as far as they are shown. */
import { queryOptions } from '@tanstack/react-query'
import { get } from './client.ts'

/** Each needs those before it. */
export const COVERAGE_STATES = ['none', 'claimed', 'data', 'tested', 'proven'] as const
export type CoverageState = (typeof COVERAGE_STATES)[number]

export interface TechniqueCoverage {
  readonly id: string
  readonly name: string
  readonly tactics: readonly string[]
  readonly state: CoverageState
  readonly rules: readonly string[]
  /** Rules that share no kind of event with one another. */
  readonly depth: number
  readonly robustness: string | null
  /** RFC 3339. */
  readonly provenOn: string | null
}

export interface FrameworkCoverage {
  readonly id: string
  readonly name: string
  readonly state: CoverageState
  readonly rules: readonly string[]
}

export type Tally = Readonly<Record<Exclude<CoverageState, 'none'> | 'total', number>>

export interface CoverageReport {
  readonly attackVersion: number
  readonly techniques: Tally
  readonly subtechniques: Tally
  readonly tactics: readonly { readonly tactic: string; readonly techniques: Tally }[]
  readonly covered: readonly TechniqueCoverage[]
  readonly atlas: readonly FrameworkCoverage[]
  readonly owasp: readonly FrameworkCoverage[]
  readonly gaps: readonly {
    readonly id: string
    readonly name: string
    readonly state: CoverageState
    readonly reports: readonly { readonly source: string; readonly year: number; readonly rank: number }[]
  }[]
}

/** `version`: of ATT&CK. */
export const coverageQuery = (version: '18' | '19') =>
  queryOptions({
    queryKey: ['coverage', 'report', version],
    queryFn: ({ signal }) => get<CoverageReport>('/coverage', { version }, signal),
    staleTime: 60_000,
  })
