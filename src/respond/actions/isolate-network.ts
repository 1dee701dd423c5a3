/** Cuts a container, or a process tree, off the network, but for what is on a list. */
import { readlinkSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type ActionContext, type Done, defineAction, type UndoState, type Verification } from '../action.ts'
import { isToFreeze } from '../host/cgroups.ts'
import { covers, LOOPBACK, parseDestination } from '../host/destinations.ts'
import { type Enclosure, encloseable, encloses, fill, isOurs, leave } from '../host/enclosure.ts'
import { asActionFailure, errnoName, failed } from '../host/failures.ts'
import { isGone, livingProcesses } from '../host/processes.ts'
import { reachOfProcesses } from '../host/reach.ts'
import { isReleased } from '../host/release.ts'
import { scopeSetting, type Workload, workloadOf } from '../host/workload.ts'
import { type Destination, MAX_DESTINATIONS, type NetworkRule } from '../native.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'isolate-network'

const schema = z.object({
  scope: scopeSetting,
  allow: z
    .array(z.string().refine((text) => parseDestination(text) !== undefined, 'is no address, network, or address with port'))
    .max(MAX_DESTINATIONS - LOOPBACK.length)
    .default([])
    .describe(
      'What it may still reach: addresses or networks, each with a port or without: 10.0.0.0/8, 10.0.0.5:443, [2001:db8::1]:443. Default: nothing.',
    ),
  loopback: z
    .boolean()
    .default(true)
    .describe(
      'It may talk to itself (127.0.0.0/8, ::1), where it has a network namespace of its own: in that of the host, it would reach the host. Default: true.',
    ),
})
type Settings = z.infer<typeof schema>

export const isolateNetwork = defineAction({
  name: NAME,
  doc: 'Lets the container, or the process tree, reach only what is on a list: other connects fail, and connections that stand pass nothing more, both ways. New packet sockets are refused where the kernel has BPF among its security modules (`holdsFamilies`); those from before are not held. Ends when it is taken back, or with the agent.',
  needs: 'none',
  schema,
  examples: [
    { doc: 'Nothing but itself.', with: {} },
    { doc: 'Name service and one collector.', with: { allow: ['10.0.0.2:53', '10.0.0.7:4317'] } },
  ],
  reach: async (subject, config, context) => {
    const workload = find(subject, config, context)
    return reachOfProcesses(workload.processes(), workload.containers)
  },
  alone: (config) => ({ action: NAME, settings: { ...config, scope: 'process' } }),
  run: (subject, config, context) => asActionFailure(NAME, () => isolate(find(subject, config, context), config, context)),
  verify: (subject, config, done, context) =>
    asActionFailure(NAME, () => verify(find(subject, config, context), done, { config, context })),
  undo: (state, context) => asActionFailure(NAME, () => release(state, context)),
})

const find = (subject: ActionSubject, { scope }: Settings, context: ActionContext): Workload =>
  workloadOf(subject, scope, { action: NAME, context })

const ruleKey = ({ key }: Workload): string => `isolate ${key}`
/** Of the rule about sockets that were made elsewhere. */
const socketsKey = (key: string): string => `${key} sockets`

/** The rule stands before the first process comes under it. */
function isolate(workload: Workload, config: Settings, context: ActionContext): Done {
  const { native } = context
  const key = ruleKey(workload)
  const processes = workload.processes().length
  const destinations = allowed(workload, config, context)
  const place = placeOf(workload, context)
  const folder = place?.folder ?? null
  const detail = { folder, key, processes, allowed: destinations.length }
  // Who isolated it before, takes it back.
  if (native.networkState(key)?.attached === true) return { summary: 'it was cut off before', detail, undo: undefined }
  const state = { key, folder }
  context.note?.(state)
  try {
    must(
      native.restrictNetwork({
        key,
        kind: 'allow-only',
        destinations,
        ...(place === undefined ? whole(workload, context) : { cgroup: place.folder }),
      }),
    )
    if (place !== undefined) fill(place, workload, { action: NAME, host: context })
    const older = place?.made ? mute(workload, { key, destinations }, context) : NO_OLDER
    const { by = null, holdsFamilies = false } = native.networkState(key) ?? {}
    const summary = `${processes} processes were cut off the network${by === 'nftables' ? ', by nftables' : ''}`
    return { summary, detail: { ...detail, ...older, by, holdsFamilies }, undo: state }
  } catch (error) {
    release(state, context)
    throw error
  }
}

/** Undefined where there is no version 2 of control groups. */
function placeOf(workload: Workload, context: ActionContext): Enclosure | undefined {
  try {
    return encloseable(workload, context)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** All of its network namespace, where nobody else is in that. */
function whole(workload: Workload, { proc }: ActionContext): Pick<NetworkRule, 'cgroup' | 'namespaceOf'> {
  // Before the members: who is born in between is one of them.
  const living = livingProcesses(proc)
  const members = workload.processes()
  const own = new Set(members.map(({ pid }) => networkOf(proc, String(pid))))
  const [namespace] = own
  const pids = new Set(members.map(({ pid }) => pid))
  const isShared = living.some(({ pid }) => !pids.has(pid) && networkOf(proc, String(pid)) === namespace)
  if (own.size !== 1 || namespace === undefined || isShared || members.some(({ pid }) => isInNamespaceOfHost(proc, pid)))
    throw failed(NAME, 'there is no version 2 of control groups, and it has no network namespace of its own')
  return { cgroup: undefined, namespaceOf: members[0]?.pid ?? 0 }
}

/** Sockets that were made in other control groups, and whether they are cut. */
interface Older {
  readonly sockets: number
  readonly olderCut: boolean
}
const NO_OLDER: Older = { sockets: 0, olderCut: true }

/**
 * A socket belongs for ever to the control group that it was made in, so those that were made before are known by their cookies. Twice: what waited to be accepted
 * at the first look may have been accepted since. nftables cannot tell them.
 */
function mute(
  workload: Workload,
  { key, destinations }: { readonly key: string; readonly destinations: readonly Destination[] },
  context: ActionContext,
): Older {
  const { native, cgroups } = context
  const held = new Set<bigint>()
  for (let look = 0; look < 2; look++) {
    const before = held.size
    for (const { pid, startNs } of workload.processes()) for (const cookie of native.heldSockets(pid, startNs)) held.add(cookie)
    if (held.size === before) continue
    const errno = native.restrictNetwork({ key: socketsKey(key), cgroup: cgroups, kind: 'allow-only', destinations, sockets: [...held] })
    if (errno === constants.errno.EOPNOTSUPP) return { sockets: held.size, olderCut: false }
    must(errno)
  }
  return { sockets: held.size, olderCut: true }
}

function must(errno: number): void {
  if (errno !== 0) throw failed(NAME, `the kernel refuses the rule: ${errnoName(errno)}`)
}

function allowed(workload: Workload, { allow, loopback }: Settings, { proc }: ActionContext): readonly Destination[] {
  const listed = allow.flatMap((text) => parseDestination(text) ?? [])
  const own = workload.processes().every(({ pid }) => !isInNamespaceOfHost(proc, pid))
  return loopback && own ? [...listed, ...LOOPBACK] : listed
}

/** The agent sees the network of the host, or its own; what it may not look at is none of the workload's own. One that is gone is in none. */
function isInNamespaceOfHost(proc: string, pid: number): boolean {
  const own = networkOf(proc, String(pid))
  return own !== undefined && (own === networkOf(proc, '1') || own === networkOf(proc, 'self'))
}

function networkOf(proc: string, pid: string): string | undefined {
  try {
    return readlinkSync(join(proc, pid, 'ns/net'))
  } catch (error) {
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'EACCES') return undefined
    throw error
  }
}

/** Addresses for documentation (RFC 5737, RFC 3849): nobody has them. */
const NOBODY = ['192.0.2.1', '2001:db8::1', '198.51.100.1', '203.0.113.1'].flatMap((text) => parseDestination(text) ?? [])
const { EPERM } = constants.errno

async function verify(
  workload: Workload,
  { detail }: Done,
  { config, context }: { readonly config: Settings; readonly context: ActionContext },
): Promise<Verification> {
  const { native } = context
  const folder = detail.folder === null ? undefined : String(detail.folder)
  const key = String(detail.key)
  const state = native.networkState(key)
  if (state?.attached !== true) return { verified: false, summary: 'the kernel says that the rule does not stand' }
  if (detail.olderCut === false)
    return { verified: false, summary: `its ${detail.sockets} older sockets go on: nftables cannot tell them from others` }
  if (folder !== undefined && isOurs(folder) && native.networkState(socketsKey(key))?.attached === false)
    return { verified: false, summary: 'the rule about its older sockets does not stand' }
  if (folder !== undefined && !encloses(folder, workload, context))
    return { verified: false, summary: 'not all of its processes are under the rule' }
  const stands = `the kernel says that the rule stands for all of its ${workload.processes().length} processes`
  const nobody = NOBODY.find(({ address }) => !allowed(workload, config, context).some((one) => covers(one, address)))
  if (nobody === undefined) return { verified: true, summary: `${stands}; its list leaves no address to try` }
  if (folder !== undefined && isToFreeze(folder))
    return { verified: true, summary: `${stands}; it is frozen, so that nothing could be tried from inside` }
  const sends = state.by === 'nftables'
  const inside = native.tryConnect({ cgroup: folder, pid: workload.processes()[0]?.pid }, nobody, sends)
  if (inside !== EPERM)
    return {
      verified: false,
      summary: `${stands}, but a connect from inside ${inside === 0 ? 'was let through' : `gave ${errnoName(inside)}`}`,
    }
  const outside = native.tryConnect({ cgroup: undefined, pid: undefined }, nobody, sends)
  if (outside === EPERM) return { verified: false, summary: `${stands}, but others cannot connect either` }
  return { verified: true, summary: `${stands}; a connect from inside fails, and one from outside does not` }
}

function release(state: UndoState, context: ActionContext): string {
  const { native } = context
  const key = String(state.key)
  const [, stood] = [socketsKey(key), key].map((one) => isReleased(one, NAME, native))
  if (state.folder !== null) leave(String(state.folder), context)
  return stood ? 'it reaches the network again' : 'the rule had ended with an earlier agent'
}
