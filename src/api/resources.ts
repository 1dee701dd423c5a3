/** Every resource, one line each, in the order of the reference. */
import { actions } from './resources/actions.ts'
import { audit } from './resources/audit.ts'
import { backtests } from './resources/backtests.ts'
import { coverage } from './resources/coverage.ts'
import { events } from './resources/events.ts'
import { findings } from './resources/findings.ts'
import { health } from './resources/health.ts'
import { incidents } from './resources/incidents.ts'
import { language } from './resources/language.ts'
import { processes } from './resources/processes.ts'
import { reference } from './resources/reference.ts'
import { responses } from './resources/responses.ts'
import { rules } from './resources/rules.ts'
import { searches } from './resources/searches.ts'
import { sensors } from './resources/sensors.ts'
import { session } from './resources/session.ts'
import { store } from './resources/store.ts'
import { stream } from './resources/stream.ts'
import { tokens } from './resources/tokens.ts'
import { users } from './resources/users.ts'
import type { Resource } from './route.ts'

export const RESOURCES: readonly Resource[] = [
  findings,
  incidents,
  processes,
  events,
  language,
  rules,
  backtests,
  coverage,
  sensors,
  actions,
  responses,
  searches,
  stream,
  session,
  users,
  tokens,
  audit,
  store,
  health,
  reference,
]
