/** What the kernel side does with an interest, in TypeScript: the two are compared by the live tests of filters. */

import { isMapped } from './address.ts'
import { classOf, SOCKET_KINDS } from './filter-classes.ts'
import { HEADER_FLAGS } from './header.ts'
import type { AddressRange, Interest, PathTests, Term } from './interest.ts'
import type { KindName } from './kinds.ts'
import { satisfiesPath } from './path-tests.ts'
import { NO_NAME } from './process-name.ts'
import type { HeaderRecord, RecordByKind } from './records.gen.ts'
import { FAMILY } from './shared-fields.ts'

/**
 * Whether a record of the kind is sent. Of what has no result yet (submitted through io_uring) the class is not known. `comm` must be the name
 * of the process: of a thread that has another, what the kernel side says differs.
 */
export function passes(interest: Interest, kind: KindName, record: HeaderRecord): boolean {
  const terms = interest.get(kind)
  return terms === undefined || isDns(kind, record) || isOddOpen(kind, record) || terms.some((term) => mayHold(term, kind, record))
}

/** Through io_uring, or by a 32-bit program: rare, and always sent. */
const isOddOpen = (kind: KindName, { flags }: HeaderRecord): boolean =>
  kind === 'file.open' && (flags & (HEADER_FLAGS.uring | HEADER_FLAGS.compat)) !== 0

const DNS_PORT = 53
const UDP = 17

/** Messages of DNS are always sent: from them, names of addresses are learnt. */
function isDns(kind: KindName, record: HeaderRecord): boolean {
  if (kind !== 'net.send' && kind !== 'net.recv') return false
  const { protocol, localPort, remotePort } = record as Socket
  return protocol === UDP && (localPort === DNS_PORT || remotePort === DNS_PORT)
}

function mayHold({ classes, path, comms, uids, nets, ports }: Term, kind: KindName, record: HeaderRecord): boolean {
  return (
    (classes === undefined || !hasResult(record) || classes[classOf(kind, record)] === true) &&
    (uids === undefined || uids.includes(record.uid)) &&
    (comms === undefined || [...comms, NO_NAME].includes(textOf(record.comm))) &&
    (path === undefined || kind !== 'file.open' || pathMayHold(path, record as Opened)) &&
    (nets === undefined || !isOfSocket(kind) || ends(record as Socket).some((end) => nets.some((net) => contains(net, end)))) &&
    (ports === undefined || !isOfSocket(kind) || portsOf(record as Socket).some((port) => ports.includes(port)))
  )
}

const isOfSocket = (kind: KindName): boolean => SOCKET_KINDS.includes(kind)

const hasResult = ({ flags }: HeaderRecord): boolean => (flags & HEADER_FLAGS.hasResult) !== 0

type Opened = RecordByKind['file.open']
type Socket = RecordByKind['net.connect']

const textOf = (comm: Buffer): string => comm.subarray(0, comm.indexOf(0) < 0 ? comm.length : comm.indexOf(0)).toString('latin1')

/** Of what was not opened there is only the path asked for; of what has no place in the tree, only a name. */
const pathMayHold = (tests: PathTests, { path, result }: Opened): boolean =>
  result < 0 || !path.startsWith('/') || satisfiesPath(tests, path)

const isInternet = (family: number): boolean => family === FAMILY.inet || family === FAMILY.inet6

const portsOf = ({ family, localPort, remotePort }: Socket): number[] => (isInternet(family) ? [localPort, remotePort] : [])

/** The addresses of both ends; an IPv4 address in an IPv6 one is IPv4. */
function ends({ family, localAddress, remoteAddress }: Socket): Buffer[] {
  if (family === FAMILY.inet) return [localAddress.subarray(0, 4), remoteAddress.subarray(0, 4)]
  if (family !== FAMILY.inet6) return []
  return [localAddress, remoteAddress].map((address) => (isMapped(address) ? address.subarray(12) : address))
}

function contains({ bytes, bits }: AddressRange, address: Buffer): boolean {
  if (bytes.length !== address.length) return false
  for (let bit = 0; bit < bits; bit++)
    if ((((bytes[bit >> 3] as number) ^ (address[bit >> 3] as number)) & (0x80 >> (bit & 7))) !== 0) return false
  return true
}
