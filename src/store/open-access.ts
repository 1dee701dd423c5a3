/** People and audit log of a store, for whoever is root on its host: also while a server uses it, which sees each change at once. */
import { AppError } from '../lib/app-error.ts'
import type { AccessStore } from './access-store.ts'
import { createAudit } from './sqlite/audit.ts'
import { openDatabase } from './sqlite/database.ts'
import { schemaOf } from './sqlite/migrate.ts'
import { createOneTime } from './sqlite/one-time.ts'
import { STATE_SCHEMA } from './sqlite/schema.ts'
import { createSessions } from './sqlite/sessions.ts'
import { createTokens } from './sqlite/tokens.ts'
import { createUsers } from './sqlite/users.ts'
import { refuseMissing, storeFiles } from './store-files.ts'

export interface OpenedAccess {
  readonly access: AccessStore
  readonly close: () => void
}

/** Only the file of the state is opened, and never brought to another schema. Throws AppError STORE_UNOPENED, STORE_NEWER, STORE_OLDER, STORE_DAMAGED. */
export function openAccess(folder: string): OpenedAccess {
  const path = storeFiles(folder).state
  refuseMissing(folder)
  const database = openDatabase(path)
  try {
    const found = schemaOf(database)
    const known = STATE_SCHEMA.length
    if (found > known) throw new AppError('STORE_NEWER', { path, found, known })
    if (found < known) throw new AppError('STORE_OLDER', { path })
  } catch (error) {
    database.close()
    throw error
  }
  const access: AccessStore = {
    users: createUsers(database),
    sessions: createSessions(database),
    tokens: createTokens(database),
    audit: createAudit(database),
    oneTime: createOneTime(database),
  }
  return Object.freeze({ access, close: database.close })
}
