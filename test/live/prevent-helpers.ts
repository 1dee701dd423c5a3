/** Which helpers of prevention run. */
import { readdirSync, readFileSync } from 'node:fs'

/** Every process that answers the kernel, or those of one agent. */
export function helpers(parent?: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isHelper(statusOf(pid), parent))
}

const isHelper = (status: string, parent: number | undefined): boolean =>
  status.includes('Name:\ttarsier-prevent') &&
  !status.includes('State:\tZ') &&
  (parent === undefined || status.includes(`PPid:\t${parent}\n`))

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return '' // gone meanwhile
  }
}
