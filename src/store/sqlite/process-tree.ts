/** The processes around one: what it came from, and what came from it. */
import type { Database } from './database.ts'

interface TreeRequest {
  readonly hostname: string
  readonly processKey: string
  readonly limit: number
}

/**
 * Keys, the nearest first; of those equally near ancestors first, then the earlier started. Empty for a process that is not known.
 * Records come from outside: a process that is said to be its own ancestor is met once.
 */
export function treeKeys(
  database: Database,
  { hostname, processKey, limit }: TreeRequest,
): { readonly keys: string[]; readonly truncated: boolean } {
  const near = neighbours(database, hostname)
  if (!near.isKnown(processKey) || limit < 1) return { keys: [], truncated: false }
  const keys = new Set([processKey])
  let ancestor: string | undefined = processKey
  let level: readonly string[] = [processKey]
  while (ancestor !== undefined || level.length > 0) {
    ancestor = ancestor === undefined ? undefined : near.parentOf(ancestor)
    if (ancestor !== undefined && keys.has(ancestor)) ancestor = undefined
    const next: string[] = ancestor === undefined ? [] : [ancestor]
    // One more than there is room for says that something is left out.
    for (const parent of level) {
      if (keys.size + next.length > limit) break
      next.push(...near.childrenOf(parent, limit - keys.size - next.length + 1).filter((child) => !keys.has(child)))
    }
    for (const key of next) {
      if (keys.size === limit) return { keys: [...keys], truncated: true }
      keys.add(key)
    }
    level = ancestor === undefined ? next : next.slice(1)
  }
  return { keys: [...keys], truncated: false }
}

interface Neighbours {
  readonly isKnown: (key: string) => boolean
  /** Undefined where it is not known. */
  readonly parentOf: (key: string) => string | undefined
  readonly childrenOf: (key: string, limit: number) => string[]
}

function neighbours(database: Database, hostname: string): Neighbours {
  const find = database.prepare<{ parent_key: string | null }>('SELECT parent_key FROM processes WHERE hostname = ? AND process_key = ?')
  const children = database.prepare<{ process_key: string }>(
    'SELECT process_key FROM processes WHERE hostname = ? AND parent_key = ? ORDER BY started_ns LIMIT ?',
  )
  const isKnown = (key: string): boolean => find.get(hostname, key) !== undefined
  return {
    isKnown,
    parentOf: (key) => {
      const parent = find.get(hostname, key)?.parent_key ?? undefined
      return parent !== undefined && isKnown(parent) ? parent : undefined
    },
    childrenOf: (key, limit) => children.all(hostname, key, limit).map((row) => row.process_key),
  }
}
