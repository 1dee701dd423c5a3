/** Keeps the kernel side's filters as the rules and the files that they name have them. */
import type { DerivedInterest } from '../detect/interest.ts'
import type { HostReader } from '../enrich/host-reader.ts'
import type { Interest } from '../events/interest.ts'
import type { KindName } from '../events/kinds.ts'
import type { KernelSource } from '../sources/ebpf.ts'

export interface KeptFilters {
  /** From now on only what the interest wants is sent; without one, everything. `namedFiles`: paths whose files pass by any name. */
  readonly use: (interest: Interest | undefined, namedFiles: Iterable<string>) => void
  /** Looks again at the named files, and sets the filters anew where one of them has another inode now. */
  readonly refresh: () => void
}

/** What became of an interest. */
export type FilterState = ReturnType<KernelSource['setInterest']>

/** With filters, each event is folded or not by the rules that it could match; without, by its kind: these must not be. */
export function unfoldedKinds(
  { interest, counting }: Pick<DerivedInterest, 'interest' | 'counting'>,
  state: FilterState,
): ReadonlySet<KindName> {
  const { generation, unfiltered } = state
  const isFiltered = (kind: KindName): boolean => generation !== 0 && interest.has(kind) && !unfiltered.includes(kind)
  return new Set([...counting].filter((kind) => !isFiltered(kind)))
}

/** `onSet` hears of each new set of filters. */
export function keepFilters(
  source: Pick<KernelSource, 'setInterest'>,
  fileId: HostReader['fileId'],
  onSet: (interest: Interest | undefined, state: FilterState) => void,
): KeptFilters {
  let wanted: Interest | undefined
  let paths: readonly string[] = []
  let before = ''

  function set(): void {
    const inodes = paths.flatMap((path) => {
      const id = fileId(path)
      return id === undefined ? [] : [{ ...id, path }]
    })
    const now = JSON.stringify(inodes)
    if (now === before) return
    before = now
    onSet(wanted, source.setInterest(wanted, inodes))
  }

  return Object.freeze({
    use: (interest: Interest | undefined, namedFiles: Iterable<string>) => {
      wanted = interest
      paths = interest === undefined ? [] : [...namedFiles]
      before = ''
      set()
    },
    refresh: () => {
      if (wanted !== undefined) set()
    },
  })
}
