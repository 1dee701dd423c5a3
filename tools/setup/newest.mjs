/** When something was last changed, as make would ask. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The latest change below the paths, in ms since 1970; a folder's own time tells of files that went. @param {string[]} paths */
export function newest(paths) {
  let latest = 0
  for (const path of paths) {
    if (!existsSync(path)) continue
    const stat = statSync(path)
    latest = Math.max(latest, stat.mtimeMs)
    if (stat.isDirectory()) latest = Math.max(latest, newest(readdirSync(path).map((name) => join(path, name))))
  }
  return latest
}
