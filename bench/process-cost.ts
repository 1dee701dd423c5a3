/** What a running process has cost so far, from /proc. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

export interface ProcessCost {
  /** User and system time of all its threads. */
  readonly cpuSeconds: number
  readonly residentMiB: number
}

/** Throws when the process has ended. */
export function costOf(pid: number): ProcessCost {
  // The name in parentheses may hold blanks and parentheses itself: count the fields from behind the last one.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, residentMiB: Number(resident ?? 0) / 1024 }
}
