/** What responses have done by the addon: its shape is `Native` of src/respond/native.ts, which a source cannot import. */
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Addon, type ContainHandle, loadAddon } from './addon.ts'
import { takePackets } from './packets.ts'

const { EINVAL, ENOENT, E2BIG, EOPNOTSUPP } = constants.errno
const OBJECT_PATH = fileURLToPath(new URL('../../../build/contain.bpf.o', import.meta.url))
/** Of one rule; the table of the kernel side has room for those of some. */
const MAX_DESTINATIONS = 4096

interface Destination {
  readonly address: Uint8Array
  readonly prefixLength: number
  readonly port: number
}

interface Rule {
  readonly key: string
  readonly cgroup: string | undefined
  readonly kind: 'allow-only' | 'deny'
  readonly destinations: readonly Destination[]
  readonly sockets?: readonly bigint[]
}

/** Programs that stand, and by which rules. Rules that deny at the same cgroup share one: a packet pays for one look-up, not for one of each. */
interface Standing {
  readonly name: string
  readonly cgroup: string
  readonly handle: ContainHandle
  /** Packed destinations of each rule. */
  readonly rules: Map<string, ReadonlySet<string>>
}

/** Throws AppError SENSOR_ADDON where the addon is not built. Errors of the kernel are numbers. */
export function createNative(addon: Addon = loadAddon()) {
  const standing = new Map<string, Standing>()
  const ofRule = (key: string): Standing | undefined => [...standing.values()].find(({ rules }) => rules.has(key))

  function restrictNetwork(rule: Rule): number {
    const packed = packAll(rule.destinations)
    if (typeof packed === 'number') return packed
    const { cgroup } = rule
    if (cgroup === undefined) return EOPNOTSUPP
    const before = ofRule(rule.key)
    const name = standingName(rule)
    const shared = standing.get(name)
    if (shared !== undefined && name.startsWith(SHARED)) return join(shared, rule.key, packed) || leaveOther(before, shared, rule.key)
    const handle = addon.containOpen({
      objectPath: OBJECT_PATH,
      cgroup,
      allowOnly: rule.kind === 'allow-only',
      bySocket: rule.sockets !== undefined,
      destinations: joined(packed),
      sockets: cookieBytes(rule.sockets ?? []),
    })
    if (typeof handle === 'number') return handle
    // The new one stands before the old one goes: there is no moment between.
    if (before !== undefined) leave(before, rule.key)
    standing.set(name, { name, cgroup, handle, rules: new Map([[rule.key, packed]]) })
    return 0
  }

  function join(shared: Standing, key: string, packed: ReadonlySet<string>): number {
    const known = listed(shared)
    const added = [...packed].filter((one) => !known.has(one))
    const errno = addon.containChange(shared.handle, true, joined(added))
    if (errno !== 0) {
      addon.containChange(shared.handle, false, joined(added))
      return errno
    }
    const old = shared.rules.get(key)
    shared.rules.set(key, packed)
    return old === undefined ? 0 : takeOut(shared, old)
  }

  const takeOut = (shared: Standing, old: ReadonlySet<string>): number => {
    const left = listed(shared)
    return addon.containChange(shared.handle, false, joined([...old].filter((one) => !left.has(one))))
  }

  const leaveOther = (before: Standing | undefined, now: Standing, key: string): number =>
    before === undefined || before === now ? 0 : leave(before, key)

  function leave(from: Standing, key: string): number {
    const old = from.rules.get(key)
    from.rules.delete(key)
    if (from.rules.size > 0) return old === undefined ? 0 : takeOut(from, old)
    if (standing.get(from.name) === from) standing.delete(from.name)
    addon.containClose(from.handle)
    return 0
  }

  function releaseNetwork(key: string): number {
    const found = ofRule(key)
    return found === undefined ? ENOENT : leave(found, key)
  }

  function networkState(key: string) {
    const found = ofRule(key)
    if (found === undefined) return undefined
    const { attached, holdsFamilies, counters } = addon.containState(found.handle)
    const [refusedConnects = 0, refusedSends = 0, droppedOut = 0, droppedIn = 0] = counters
    return { by: 'bpf' as const, attached, holdsFamilies, refusedConnects, refusedSends, droppedOut, droppedIn }
  }

  function heldSockets(pid: number, startNs: number): readonly bigint[] {
    const cookies = addon.heldSockets(pid, startNs)
    if (typeof cookies === 'number') return []
    return [...new Set(Array.from({ length: cookies.length / 8 }, (_, index) => cookies.readBigUInt64LE(8 * index)))]
  }

  return Object.freeze({
    signalProcess: (pid: number, startNs: number, signal: number): number => addon.signalProcess(pid, startNs, signal),
    takePackets: (pid: number, window: { readonly ms: number; readonly signal: AbortSignal }) => takePackets(addon, pid, window),
    heldSockets,
    restrictNetwork,
    releaseNetwork,
    networkState,
    isRestricted: (cgroup: string): boolean => [...standing.values()].some((one) => one.cgroup === cgroup),
    tryConnect: (
      { cgroup, pid }: { readonly cgroup: string | undefined; readonly pid: number | undefined },
      { address, port }: Pick<Destination, 'address' | 'port'>,
      sends = false,
    ): number => addon.containTry({ cgroup: cgroup ?? '', netnsOf: pid ?? 0, sends }, Buffer.from(address), port),
  })
}

const SHARED = 'deny '

const standingName = ({ kind, cgroup, key, sockets }: Rule): string =>
  kind === 'deny' && sockets === undefined ? `${SHARED}${cgroup}` : `key ${key}`

const listed = ({ rules }: Standing): ReadonlySet<string> => new Set([...rules.values()].flatMap((one) => [...one]))

const AF_INET = 2
const AF_INET6 = 10
const DESTINATION_BYTES = 24
/** Bits before the address in `struct destination`. */
const PREFIX_BITS = 32

/** Packed, as text so that equal ones are found; or an errno. */
function packAll(destinations: readonly Destination[]): ReadonlySet<string> | number {
  if (destinations.length > MAX_DESTINATIONS) return E2BIG
  const packed = destinations.map(pack)
  return packed.includes(undefined) ? EINVAL : new Set(packed as string[])
}

/** `struct destination`: bits, family, zero, port in network order, address. What lies behind the prefix is zero, so that equal networks are equal. */
function pack({ address, prefixLength, port }: Destination): string | undefined {
  const width = 8 * address.length
  if (width !== 32 && width !== 128) return undefined
  if (!isWithin(prefixLength, width) || !isWithin(port, 0xffff)) return undefined
  const bytes = Buffer.alloc(DESTINATION_BYTES)
  bytes.writeUInt32LE(PREFIX_BITS + prefixLength, 0)
  bytes.writeUInt8(width === 32 ? AF_INET : AF_INET6, 4)
  bytes.writeUInt16BE(port, 6)
  for (const [at, byte] of address.entries()) {
    const kept = Math.min(8, Math.max(0, prefixLength - 8 * at))
    bytes.writeUInt8(byte & (0xff00 >> kept) & 0xff, 8 + at)
  }
  return bytes.toString('latin1')
}

const isWithin = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most

const joined = (packed: Iterable<string>): Buffer => Buffer.from([...packed].join(''), 'latin1')

function cookieBytes(cookies: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * cookies.length)
  for (const [index, cookie] of cookies.entries()) bytes.writeBigUInt64LE(cookie, 8 * index)
  return bytes
}
