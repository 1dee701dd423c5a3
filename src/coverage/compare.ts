/** What got worse from one report to a later one. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../lib/app-error.ts'
import { ATTACK_VERSIONS, type AttackVersion } from './facts.ts'
import { STATES, type State } from './rule-coverage.ts'

const SAVED = z.object({
  attackVersion: z.literal(ATTACK_VERSIONS),
  covered: z.array(z.object({ id: z.string(), name: z.string(), state: z.enum(STATES) })),
})

/** Of a saved report, what is compared. */
export interface SavedReport {
  readonly attackVersion: AttackVersion
  readonly covered: readonly { readonly id: string; readonly name: string; readonly state: State }[]
}

export interface Change {
  readonly id: string
  readonly name: string
  readonly before: State
  readonly after: State
}

export interface Comparison {
  readonly lost: readonly Change[]
  readonly gained: readonly Change[]
}

/** What `coverage --json` wrote. Throws AppError FILE_UNREADABLE, COVERAGE_REPORT_INVALID. */
export function readReport(path: string): SavedReport {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', { path, reason: (cause as Error).message }, { cause })
  }
  try {
    return SAVED.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('COVERAGE_REPORT_INVALID', { path }, { cause })
  }
}

/** A technique that the later report does not have counts as lost. Throws AppError COVERAGE_VERSIONS_DIFFER. */
export function compareReports(before: SavedReport, after: SavedReport): Comparison {
  if (before.attackVersion !== after.attackVersion) {
    throw new AppError('COVERAGE_VERSIONS_DIFFER', { before: before.attackVersion, after: after.attackVersion })
  }
  const [old, now] = [statesOf(before), statesOf(after)]
  const all = new Map([...before.covered, ...after.covered].map(({ id, name }) => [id, name]))
  const changes = [...all].map(([id, name]): Change => ({ id, name, before: old.get(id) ?? 'none', after: now.get(id) ?? 'none' }))
  const step = ({ before, after }: Change): number => STATES.indexOf(after) - STATES.indexOf(before)
  return { lost: changes.filter((change) => step(change) < 0), gained: changes.filter((change) => step(change) > 0) }
}

const statesOf = ({ covered }: SavedReport): ReadonlyMap<string, State> => new Map(covered.map(({ id, state }) => [id, state]))
