/** What is not proven, the most reported first. */
import type { TechniqueCoverage } from './coverage.ts'
import { readPrevalence } from './facts.ts'
import type { State } from './rule-coverage.ts'

export interface Gap {
  readonly id: string
  readonly name: string
  readonly state: State
  /** Public lists of frequent techniques that have it, each with its rank there. */
  readonly reports: readonly { readonly source: string; readonly year: number; readonly rank: number }[]
}

/** Techniques that are in more lists come first, then those with the better rank, then by id. */
export function gapsOf(covered: readonly TechniqueCoverage[], translate: (id: string) => string | undefined): readonly Gap[] {
  const prevalence = readPrevalence().map((one) => ({ ...one, id: translate(one.id) ?? one.id }))
  return covered
    .filter(({ state }) => state !== 'proven')
    .map(({ id, name, state }): Gap => {
      const its = prevalence.filter((one) => one.id === id)
      return { id, name, state, reports: its.map(({ source, year, rank }) => ({ source, year, rank })) }
    })
    .sort((a, b) => b.reports.length - a.reports.length || bestRank(a) - bestRank(b) || (a.id < b.id ? -1 : 1))
}

const bestRank = ({ reports }: Gap): number => Math.min(1e9, ...reports.map(({ rank }) => rank))
