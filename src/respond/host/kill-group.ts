/** Kills whoever is in a control group, on kernels with `cgroup.kill` and on those before it. */
import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import type { Native } from '../native.ts'
import { pidsBelow } from './cgroups.ts'
import { readProcess } from './processes.ts'

interface Host {
  readonly proc: string
  readonly native: Pick<Native, 'signalProcess'>
}

/**
 * One round: call it again while the group is populated. `cgroup.kill` takes all at once, also those that fork meanwhile. Before Linux 5.14 it is not there: then the
 * group is frozen, so that nobody forks, and each gets SIGKILL, which reaches who is frozen. Never throws: clocks and streams call it, where nobody could catch
 * that, and whether anybody is left the group itself tells.
 */
export function killGroup(folder: string, { proc, native }: Host): void {
  if (hasDone(() => writeIn(folder, 'cgroup.kill'))) return
  hasDone(() => writeIn(folder, 'cgroup.freeze'))
  hasDone(() => {
    for (const pid of pidsBelow(folder)) {
      const startNs = readProcess(proc, pid)?.startNs
      if (startNs !== undefined) native.signalProcess(pid, startNs, constants.signals.SIGKILL)
    }
  })
}

/** Never makes the file. */
const writeIn = (folder: string, name: string): void => writeFileSync(join(folder, name), '1', { flag: 'r+' })

function hasDone(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false // the next way is tried
  }
}
