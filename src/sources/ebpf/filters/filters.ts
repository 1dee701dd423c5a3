/**
 * The kernel side's filters: written into the half of the tables that is not in use, then switched on at once. An event is judged by the
 * old ones or the new ones, never by parts of both.
 */
import type { Interest } from '../../../events/interest.ts'
import type { KindName } from '../../../events/kinds.ts'
import type { Addon, SensorHandle } from '../addon.ts'
import { type Entries, type KnownInode, tablesOf } from './tables.ts'

export interface FilterState {
  /** 0 where nothing is filtered. */
  readonly generation: number
  /** Kinds of the interest of which everything passes, because it would not fit the tables. */
  readonly unfiltered: readonly KindName[]
  /** errno of a table that could not be written: then nothing is filtered at all. */
  readonly errno: number
}

export interface Filters {
  /** From now on only what the interest wants is sent; without one, everything. */
  readonly set: (interest: Interest | undefined, inodes: readonly KnownInode[]) => FilterState
}

/** Maps whose entries are not simply written over. */
const LOOSE: ReadonlySet<string> = new Set(['filter_values', 'filter_prefixes', 'filter_nets'])

export function createFilters(addon: Addon, handle: SensorHandle): Filters {
  let generation = 1
  const before: [readonly Entries[], readonly Entries[]] = [[], []]

  /** Programs run for microseconds: none that began before the last switch still reads the half that it left. */
  function clear(half: 0 | 1): void {
    for (const { map, keys } of before[half]) if (LOOSE.has(map)) addon.clearMap(handle, map, keys)
    before[half] = []
  }

  function use(number: number): number {
    const key = Buffer.alloc(4)
    const value = Buffer.alloc(4)
    value.writeUInt32LE(number)
    return addon.writeMap(handle, 'filter_generation', key, value)
  }

  function set(interest: Interest | undefined, inodes: readonly KnownInode[]): FilterState {
    if (interest === undefined) return { generation: 0, unfiltered: [], errno: use(0) }
    generation++
    const half = (generation & 1) as 0 | 1
    clear(half)
    const { entries, unfiltered } = tablesOf(interest, inodes, half)
    before[half] = entries
    for (const { map, keys, values } of entries) {
      const errno = addon.writeMap(handle, map, keys, values)
      if (errno === 0) continue
      use(0)
      return { generation: 0, unfiltered, errno }
    }
    return { generation, unfiltered, errno: use(generation) }
  }

  return Object.freeze({ set })
}
