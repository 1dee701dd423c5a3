/** Everything that must not be lost, in one file. */
import type { StateStore } from '../state-store.ts'
import { createActions } from './actions.ts'
import { createAudit } from './audit.ts'
import type { Database } from './database.ts'
import { createFindingGroups } from './finding-groups.ts'
import { createFindings } from './findings.ts'
import { createIncidents, createIncidentWriter } from './incidents.ts'
import { createOneTime } from './one-time.ts'
import { createPositions } from './positions.ts'
import { createProcesses } from './processes.ts'
import { createSearches } from './searches.ts'
import { createSensors } from './sensors.ts'
import { createSessions } from './sessions.ts'
import { createSettings } from './settings.ts'
import { createTokens } from './tokens.ts'
import { createUsers } from './users.ts'
import { createFindingWriter } from './write-findings.ts'

export interface SqliteState {
  readonly state: StateStore
  /** After rows were removed by others than it: what it remembers of them is no longer so. */
  readonly forget: () => void
}

/** `historyPosition`: how far the stream that lies in the other engine has been taken. */
export function createSqliteState(database: Database, historyPosition: (spool: string) => number): SqliteState {
  const groups = createFindingGroups(database)
  const positions = createPositions(database)
  const state: StateStore = {
    findings: createFindings(database),
    incidents: createIncidents(database),
    processes: createProcesses(database),
    sensors: createSensors(database),
    searches: createSearches(database),
    settings: createSettings(database),
    actions: createActions(database),
    access: {
      users: createUsers(database),
      sessions: createSessions(database),
      tokens: createTokens(database),
      audit: createAudit(database),
      oneTime: createOneTime(database),
    },
    position: (stream, spool) => (stream === 'history' ? historyPosition(spool) : positions.of(stream, spool)),
    writeFindings: createFindingWriter(database, { groups, positions, putIncident: createIncidentWriter(database) }),
  }
  return { state: Object.freeze(state), forget: groups.forget }
}
