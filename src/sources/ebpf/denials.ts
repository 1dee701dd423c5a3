/** The hooks of BPF LSM that deny acts: which of them this kernel runs, and what they deny. */
import { readFileSync } from 'node:fs'
import type { DenialKind, DenialTerm } from '../../events/denial.ts'
import type { Addon, OpenOptions, SensorHandle } from './addon.ts'
import { prefixOfKind } from './attached.ts'
import { type DenialSettings, denialTables } from './filters/denial-tables.ts'

export interface KernelDenials {
  /**
   * Attaches the hooks of these kinds, and takes down those of all others. Returns why a kind cannot be had, by kind; a kind that is absent can. Blocks as
   * opening does.
   */
  watch(kinds: ReadonlySet<DenialKind>): ReadonlyMap<DenialKind, string>
  /** From now on these are denied, or told; none: nothing. Records of it carry the generation. With an errno nothing is denied. */
  set(terms: readonly DenialTerm[], settings: DenialSettings): { readonly generation: number; readonly errno: number }
}

/** The security modules that the kernel runs, with commas between. */
export const LSM_MODULES = '/sys/kernel/security/lsm'

export function createDenials(addon: Addon, handle: SensorHandle, settings: Omit<OpenOptions, 'prefixes'>): KernelDenials {
  const watched = new Set<DenialKind>()
  const before: [readonly Buffer[], readonly Buffer[]] = [[], []]
  let generation = 0

  function watch(kinds: ReadonlySet<DenialKind>): ReadonlyMap<DenialKind, string> {
    drop([...watched].filter((kind) => !kinds.has(kind)))
    const added = [...kinds].filter((kind) => !watched.has(kind))
    const obstacle = added.length === 0 ? undefined : obstacleOfHost()
    return obstacle === undefined ? load(added) : new Map(added.map((kind) => [kind, obstacle]))
  }

  function load(added: readonly DenialKind[]): ReadonlyMap<DenialKind, string> {
    if (added.length === 0) return new Map()
    const extended = addon.extend(handle, { ...settings, prefixes: added.map(prefixOf) })
    if ('failure' in extended) return new Map(added.map((kind) => [kind, `its hooks cannot be loaded: ${extended.failure.error}`]))
    const refused = new Map<DenialKind, string>()
    for (const kind of added) {
      const failed = extended.hooks.find(({ program, state }) => program.startsWith(`${prefixOf(kind)}__`) && state !== 'attached')
      if (failed === undefined) watched.add(kind)
      else refused.set(kind, `the kernel refuses ${failed.section}: ${failed.reason}`)
    }
    addon.detach(handle, [...refused.keys()].map(prefixOf))
    return refused
  }

  function drop(kinds: readonly DenialKind[]): void {
    if (kinds.length > 0) addon.detach(handle, kinds.map(prefixOf))
    for (const kind of kinds) watched.delete(kind)
  }

  function use(number: number): number {
    const value = Buffer.alloc(4)
    value.writeUInt32LE(number)
    return addon.writeMap(handle, 'deny_generation', Buffer.alloc(4), value)
  }

  function set(terms: readonly DenialTerm[], given: DenialSettings): { readonly generation: number; readonly errno: number } {
    if (terms.length === 0) return { generation: 0, errno: watched.size === 0 ? 0 : use(0) }
    generation += generation === 0 ? 2 : 1
    const half = (generation & 1) as 0 | 1
    for (const [index, map] of LOOSE.entries()) addon.clearMap(handle, map, before[half][index] ?? Buffer.alloc(0))
    const tables = denialTables(terms, given, half)
    before[half] = LOOSE.map((map) => tables[map].keys)
    for (const [map, { keys, values }] of Object.entries(tables)) {
      const errno = addon.writeMap(handle, map, keys, values)
      if (errno === 0) continue
      use(0)
      return { generation: 0, errno }
    }
    return { generation, errno: use(generation) }
  }

  return Object.freeze({ watch, set })
}

/** Maps of which what an older generation left must be taken out. */
const LOOSE = ['deny_values', 'deny_prefixes'] as const

const prefixOf = (kind: DenialKind): string => `deny_${prefixOfKind(kind)}`

/** A kernel that does not run BPF as a security module loads such programs all the same, and never asks them. */
function obstacleOfHost(): string | undefined {
  const modules = readModules()
  if (modules === undefined)
    return `${LSM_MODULES} cannot be read (mount -t securityfs securityfs /sys/kernel/security): it is not known whether the kernel runs BPF as a security module`
  return modules.includes('bpf')
    ? undefined
    : `the kernel does not run BPF as a security module (it runs ${modules.join(', ')}): boot it with lsm=…,bpf`
}

function readModules(): readonly string[] | undefined {
  try {
    return readFileSync(LSM_MODULES, 'utf8').trim().split(',')
  } catch {
    return undefined
  }
}
