/**
 * Files that rules name by their full path, known by device and inode too: a hard link, a bind mount or a path from another
 * root leads to the same inode and hides nothing. A file that was replaced (renamed over, as passwd does) gets a new inode:
 * each answer is checked against the file as it is now, and `refresh` takes in the new ones.
 */
import type { FileId } from './host-reader.ts'

export interface KnownFiles {
  /** The path that rules know the inode by; for every other inode `path`, by which it was reached. */
  readonly nameOf: (dev: number, ino: number, path: string) => string
  /** From now on these paths, not those before. */
  readonly watch: (paths: Iterable<string>) => void
  /** Looks again at every path. Call it now and then. */
  readonly refresh: () => void
}

/** More paths than this are not watched: each costs a stat at every refresh. */
const MAX_PATHS = 1024

interface Known extends FileId {
  readonly path: string
}

/** `identify` gives the inode that a path leads to now; undefined where there is none. Paths beyond the first 1,024 are left out. */
export function createKnownFiles(paths: Iterable<string>, identify: (path: string) => FileId | undefined): KnownFiles {
  let watched: readonly string[] = []
  let byInode = new Map<number, Known[]>()

  function watch(named: Iterable<string>): void {
    watched = [...new Set(named)].slice(0, MAX_PATHS)
    refresh()
  }

  function refresh(): void {
    byInode = Map.groupBy(
      watched.flatMap((path) => {
        const id = identify(path)
        return id === undefined ? [] : [{ path, ...id }]
      }),
      ({ ino }) => ino,
    )
  }

  function nameOf(dev: number, ino: number, path: string): string {
    const known = byInode.get(ino)?.find((one) => one.dev === dev)
    if (known === undefined || known.path === path) return path
    const now = identify(known.path)
    return now?.ino === ino && now.dev === dev ? known.path : path
  }

  watch(paths)
  return Object.freeze({ nameOf, watch, refresh })
}
