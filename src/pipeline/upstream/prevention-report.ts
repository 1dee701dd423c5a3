/** Prevention as the server is told of it: what is enforced by what, and what cannot be. */
import { getSystemErrorName } from 'node:util'
import type { DegradedFeature, SensorPrevention } from '../../findings/sensor-record.ts'
import type { PreventionStatus } from '../prevention.ts'

/** Rules, and mounts, so many: hosts have some dozens. */
const MAX_LINES = 500

export function preventionReport({ mode, inForce, counters, denials, enforcement, mounts }: PreventionStatus): SensorPrevention {
  const unwatched = mounts.filter(({ errno }) => errno !== 0)
  return {
    ...{ mode, inForce },
    counters: [
      ...Object.entries(counters ?? {}).map(([name, count]) => ({ name, count })),
      ...Object.entries(denials ?? {}).map(([name, count]) => ({ name: `${name}ByKernel`, count })),
    ],
    rules: enforcement.slice(0, MAX_LINES).map(({ rule, kind, enforced, how }) => ({ rule, kind: kind ?? null, enforced, how })),
    rulesLeft: Math.max(0, enforcement.length - MAX_LINES),
    watched: mounts.length - unwatched.length,
    unwatched: unwatched.slice(0, MAX_LINES).map(({ path, errno }) => ({ path, reason: getSystemErrorName(-errno) })),
  }
}

/** What an agent that is to prevent cannot. Nothing where no rule is marked and no file blocked, or prevention is off. */
export function weakPrevention(status: PreventionStatus | undefined): readonly DegradedFeature[] {
  if (status === undefined || status.mode === 'off') return []
  const { inForce, enforcement, mounts, blockedFiles } = status
  const byHelper = enforcement.filter(({ enforced, how }) => enforced && how.startsWith('fanotify'))
  const unwatched = mounts.filter(({ errno }) => errno !== 0).map(({ path }) => path)
  const not = enforcement.filter(({ enforced }) => !enforced).length
  return [
    ...(byHelper.length + blockedFiles > 0 && !inForce ? [NOT_IN_FORCE] : []),
    ...(unwatched.length > 0 ? [notWatched(unwatched)] : []),
    ...(not > 0 ? [notEnforced(not)] : []),
  ]
}

const NOT_IN_FORCE: DegradedFeature = {
  name: 'prevention',
  detail:
    'Nothing is decided before it happens, though rules are marked prevent or files are blocked: the helper does not run, or was refused.',
  fix: 'Look at the words of the agent on standard error; load the rules anew (SIGHUP) to try again.',
}

const notWatched = (paths: readonly string[]): DegradedFeature => ({
  name: 'file systems of prevention',
  detail: `The kernel watches no opens on ${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}: there nothing is prevented.`,
  fix: 'See which file systems can be watched in the guide on prevention.',
})

const notEnforced = (count: number): DegradedFeature => ({
  name: 'rules of prevention',
  detail: `${count === 1 ? 'A rule is' : `${count} rules are`} marked prevent, and cannot be enforced: what they find is found all the same.`,
  fix: 'Each says why, below; take the mark away, or write the rule otherwise.',
})
