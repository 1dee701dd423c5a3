/** The kernel side's table of verdicts on processes. */
import type { Addon, SensorHandle } from './addon.ts'
import { verdictKey } from './verdict-bytes.ts'

/** Throws a TypeError once the sensor has stopped. */
export interface VerdictTable {
  /** False where there is no room. `kind`: id of a kind of events. `verdict`: see verdict-bytes.ts. */
  readonly write: (pid: number, kind: number, verdict: Buffer) => boolean
  readonly remove: (pid: number, kind: number) => void
}

const TABLE = 'verdicts'

export function openVerdictTable(addon: Addon, handle: SensorHandle): VerdictTable {
  return Object.freeze({
    write: (pid: number, kind: number, verdict: Buffer) => addon.writeMap(handle, TABLE, verdictKey(pid, kind), verdict) === 0,
    remove: (pid: number, kind: number) => void addon.clearMap(handle, TABLE, verdictKey(pid, kind)),
  })
}
