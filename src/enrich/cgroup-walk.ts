/** Every cgroup of the version 2 hierarchy by its id, which is the inode of its directory. */
import { lstatSync, opendirSync } from 'node:fs'
import { isFileError, readProcFile } from './bounded-read.ts'
import { parseMountInfo } from './proc-files.ts'

const MAX_MOUNTS = 1 << 20
/** A host with a thousand containers has some five thousand; each costs a few microseconds. */
const MAX_DIRECTORIES = 10_000

/** Ids with their paths below the root of the hierarchy, nearest to the root first; none where it is not mounted. */
export function walkCgroups(): readonly (readonly [id: number, path: string])[] {
  const root = parseMountInfo(readProcFile('/proc/self/mountinfo', MAX_MOUNTS)?.toString('utf8') ?? '').find(
    ({ type }) => type === 'cgroup2',
  )
  if (root === undefined) return []
  const found: [number, string][] = []
  const paths = ['']
  for (let path = paths.shift(); path !== undefined && found.length < MAX_DIRECTORIES; path = paths.shift()) {
    const id = visit(`${root.mountPoint}${path}`, (name) => paths.push(`${path}/${name}`))
    if (id !== undefined) found.push([id, path === '' ? '/' : path])
  }
  return found
}

/** Undefined for a directory that has gone meanwhile. */
function visit(directory: string, below: (name: string) => void): number | undefined {
  try {
    using entries = opendirSync(directory)
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) if (entry.isDirectory()) below(entry.name)
    return lstatSync(directory).ino
  } catch (error) {
    if (isFileError(error)) return undefined
    throw error
  }
}
