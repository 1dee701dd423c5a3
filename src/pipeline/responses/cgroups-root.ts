/** Where cgroup v2 is mounted: at /sys/fs/cgroup, or beside version 1 in a folder of it. */
import { readFileSync } from 'node:fs'

/** From `/proc/self/mountinfo`; the usual place where it is not mounted, so that errors name it. */
export function cgroupsRoot(mountInfo = '/proc/self/mountinfo'): string {
  for (const line of readFileSync(mountInfo, 'utf8').split('\n')) {
    const [mount = '', type = ''] = line.split(' - ')
    if (type.startsWith('cgroup2 ')) return mount.split(' ')[4] ?? USUAL
  }
  return USUAL
}

const USUAL = '/sys/fs/cgroup'
