/** A copy of history into a new file, while it is used. */
import { chmodSync } from 'node:fs'
import { quoted } from './columns.ts'
import type { HistoryDatabase } from './database.ts'

/** All of one moment. `onProgress` hears only of the end: the engine tells of no other. */
export async function copyHistory(database: HistoryDatabase, path: string, onProgress: (share: number) => void): Promise<void> {
  const [[name] = []] = await database.query('SELECT current_database()')
  // On a connection of readers: what is written meanwhile goes on, and is not in the copy.
  await database.query(`ATTACH '${path.replaceAll("'", "''")}' AS copy_of_history (STORAGE_VERSION 'latest')`)
  try {
    await database.query(`COPY FROM DATABASE ${quoted(String(name).replaceAll('"', '""'))} TO copy_of_history`)
  } finally {
    await database.query('DETACH copy_of_history')
  }
  chmodSync(path, 0o600)
  onProgress(1)
}
