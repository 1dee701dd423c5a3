/** Settings by name, each any value of JSON. */
import type { SettingStore } from '../state-store.ts'
import type { Database } from './database.ts'

export function createSettings(database: Database): SettingStore {
  const find = database.prepare<{ value: string }>('SELECT value FROM settings WHERE name = ?')
  const put = database.prepare('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
  const remove = database.prepare('DELETE FROM settings WHERE name = ?')
  return {
    get: (name) => {
      const row = find.get(name)
      return row === undefined ? undefined : (JSON.parse(row.value) as unknown)
    },
    set: (name, value) => void (value === undefined ? remove.run(name) : put.run(name, JSON.stringify(value))),
  }
}
