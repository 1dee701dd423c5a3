import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** As /etc/os-release names it. */
export function distribution(): string {
  try {
    return parseEnv(readFileSync('/etc/os-release', 'utf8')).PRETTY_NAME ?? 'Linux'
  } catch {
    return 'Linux'
  }
}
