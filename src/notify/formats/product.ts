/** Who says it, as the formats of others ask. */
import { readFileSync } from 'node:fs'

export const VENDOR = 'Tarsier'
export const PRODUCT = 'Tarsier'

let version: string | undefined

/** Of package.json, read when it is asked for first. */
export function productVersion(): string {
  version ??= (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }).version
  return version
}
