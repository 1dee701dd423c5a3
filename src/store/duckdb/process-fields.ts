/** What records of processes say, for the events that name them: asked of the state once, then remembered. */
import { createLru } from '../../lib/lru.ts'
import type { Fields } from './columns.ts'

/** Fields of the records of that host that there are. */
export type FindProcessFields = (hostname: string, ids: readonly string[]) => ReadonlyMap<string, Fields>

interface NamesProcess {
  readonly hostname: string
  readonly processId: string | undefined
}

export interface ProcessFields {
  /** Fetches what all of them name, at once; what it returns answers for these alone. */
  readonly of: (events: readonly NamesProcess[]) => (hostname: string, id: string) => Fields | undefined
}

/** Some 1 to 2 KB each. */
const MOST_REMEMBERED = 8192

export function createProcessFields(find: FindProcessFields): ProcessFields {
  const remembered = createLru<string, Fields>(MOST_REMEMBERED)
  return {
    of: (events) => {
      const answers = new Map<string, Fields>()
      for (const [hostname, ids] of named(events)) {
        const missing = [...ids].filter((id) => {
          const known = remembered.get(keyOf(hostname, id))
          if (known !== undefined) answers.set(keyOf(hostname, id), known)
          return known === undefined
        })
        if (missing.length === 0) continue
        for (const [id, fields] of find(hostname, missing)) {
          remembered.set(keyOf(hostname, id), fields)
          answers.set(keyOf(hostname, id), fields)
        }
      }
      return (hostname, id) => answers.get(keyOf(hostname, id))
    },
  }
}

const keyOf = (hostname: string, id: string): string => `${hostname}\0${id}`

function named(events: readonly NamesProcess[]): Map<string, Set<string>> {
  const byHost = new Map<string, Set<string>>()
  for (const { hostname, processId } of events) {
    if (processId === undefined) continue
    const ids = byHost.get(hostname)
    if (ids === undefined) byHost.set(hostname, new Set([processId]))
    else ids.add(processId)
  }
  return byHost
}
