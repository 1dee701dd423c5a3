/** Control groups: where a process stands, who stands in one, and how one is made, filled and taken away. */
import { accessSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isGone } from './processes.ts'

/** `controllers:path` of each hierarchy, as `/proc/PID/cgroup` tells; none when the process is gone. */
export function cgroupLines(proc: string, pid: number): readonly string[] {
  return textOf(join(proc, String(pid), 'cgroup'))
    .split('\n')
    .flatMap((line) => /^\d+:(.+)$/.exec(line)?.[1] ?? [])
}

/** Its folder in the version 2 hierarchy that is mounted at `cgroups`; undefined when it is gone or out of sight. */
export function folderOf(proc: string, cgroups: string, pid: number): string | undefined {
  const path = cgroupLines(proc, pid)
    .find((line) => line.startsWith(':/'))
    ?.slice(1)
  // A path outside the reader's own namespace of cgroups begins with /.. (cgroup_namespaces(7)).
  if (path === undefined || path.startsWith('/..')) return undefined
  return path === '/' ? cgroups : join(cgroups, path)
}

/** Of version 1's freezer; undefined where there is none, or the process is in its root. */
export function freezerOf(proc: string, pid: number): string | undefined {
  const line = cgroupLines(proc, pid).find((one) => one.slice(0, one.indexOf(':')).split(',').includes('freezer'))
  const path = line?.slice(line.indexOf(':') + 1)
  const mount = textOf(join(proc, 'self/mountinfo'))
    .split('\n')
    .find((one) => / - cgroup \S+ \S*\bfreezer\b/.test(one))
    ?.split(' ')[4]
  return path === undefined || path === '/' || path.startsWith('/..') || mount === undefined ? undefined : join(mount, path)
}

/** Those of the folder and below, in the namespace of the reader; 0 for those outside it. */
export function pidsBelow(folder: string): readonly number[] {
  return foldersBelow(folder).flatMap((one) =>
    textOf(join(one, 'cgroup.procs'))
      .split('\n')
      .filter((line) => line !== '')
      .map(Number),
  )
}

/** The folder first, then what is in it. None when it is gone. */
export function foldersBelow(folder: string): readonly string[] {
  try {
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return [folder, ...below.flatMap(({ name }) => foldersBelow(join(folder, name)))]
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/** False when the process is gone. For the kernel, 0 is whoever writes: of that number is nobody. */
export function moveInto(folder: string, pid: number): boolean {
  if (pid <= 0) return false
  try {
    writeFileSync(join(folder, 'cgroup.procs'), String(pid))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Throws ENOENT where no control groups are: beside those of version 1 there is often a file system in which anybody makes folders. */
export function makeFolder(folder: string): void {
  accessSync(join(dirname(folder), 'cgroup.procs'))
  try {
    mkdirSync(folder, { mode: 0o755 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** With the empty ones below it. False while somebody is in it. */
export function removeFolder(folder: string): boolean {
  try {
    for (const one of foldersBelow(folder).toReversed()) rmdirSync(one)
    return true
  } catch (error) {
    if (isGone(error)) return true
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false
    throw error
  }
}

/** A line of `cgroup.events`: `frozen`, `populated`. Undefined when the folder is gone. */
export function eventOf(folder: string, name: 'frozen' | 'populated'): boolean | undefined {
  const value = new RegExp(`^${name} ([01])$`, 'm').exec(textOf(join(folder, 'cgroup.events')))?.[1]
  return value === undefined ? undefined : value === '1'
}

/** Somebody wants it to stand still, whether it does already or not. */
export const isToFreeze = (folder: string): boolean => textOf(join(folder, 'cgroup.freeze')).trim() === '1'

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'ENODEV') return ''
    throw error
  }
}
