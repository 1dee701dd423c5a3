/** The agent's name in process lists. Node calls every main thread "MainThread", and rules know processes by this name. */
import { writeFileSync } from 'node:fs'

const OWN_NAME = 'tarsier'

/** Names the process "tarsier" (its arguments stay as they are), so that rules about killed security services know it. */
export function takeOwnName(): void {
  // process.title would overwrite the arguments.
  writeFileSync('/proc/self/comm', OWN_NAME)
}
