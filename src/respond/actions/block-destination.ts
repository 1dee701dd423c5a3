/** Nobody on this host reaches an address any more. */
import { readFileSync } from 'node:fs'
import { constants, networkInterfaces } from 'node:os'
import { z } from 'zod'
import { type ActionContext, type Done, defineAction, type Verification } from '../action.ts'
import { addressBytes, covers, LOOPBACK, parseDestination } from '../host/destinations.ts'
import { asActionFailure, errnoName, failed } from '../host/failures.ts'
import { isReleased } from '../host/release.ts'
import type { Destination } from '../native.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'block-destination'
/** A wider network is half the world. */
const LEAST_PREFIX = { ipv4: 8, ipv6: 16 } as const

const schema = z.object({
  everyPort: z
    .boolean()
    .default(true)
    .describe('Every port of the address, and what has no ports. false: only the one that it is about. Default: true.'),
  except: z
    .array(z.string().refine((text) => parseDestination(text) !== undefined, 'is no address or network'))
    .default([])
    .describe(
      'Addresses and networks that are never blocked: name servers, API servers, your own. Default: none beyond those of the host itself.',
    ),
})
type Settings = z.infer<typeof schema>

export const blockDestination = defineAction({
  name: NAME,
  doc: 'No process of this host, in containers or not, reaches the address: connects fail, and connections that stand pass nothing more. Ends when it is taken back, or with the agent.',
  needs: 'address',
  schema,
  examples: [
    { doc: 'The far end of the connection of the finding.', with: {} },
    { doc: 'Its port alone, and never what is ours.', with: { everyPort: false, except: ['10.0.0.0/8'] } },
  ],
  reach: async () => ({ pids: [], processes: [], processCount: 0, containers: [] }),
  run: (subject, config, context) => asActionFailure(NAME, () => block(subject, config, context)),
  verify: async (subject, config, done, context) => verify(destinationOf(subject, config), done, context),
  undo: async ({ key }, { native }) =>
    isReleased(String(key), NAME, native) ? 'it can be reached again' : 'the rule had ended with an earlier agent',
})

function destinationOf({ address }: ActionSubject, { everyPort }: Settings): Destination {
  const parsed = parseDestination(address?.ip ?? '')
  if (parsed === undefined) throw failed(NAME, `${JSON.stringify(address?.ip)} is no address`)
  return { ...parsed, port: everyPort ? 0 : (address?.port ?? 0) }
}

function block(subject: ActionSubject, config: Settings, { native, cgroups }: ActionContext): Done {
  const destination = destinationOf(subject, config)
  const reason = refusal(destination, config)
  if (reason !== undefined) throw failed(NAME, reason)
  const { address, prefixLength, port } = destination
  const key = `block ${Buffer.from(address).toString('hex')}/${prefixLength} ${port}`
  const detail = { key, address: subject.address?.ip ?? '', port }
  // Who blocked it before, takes it back.
  if (native.networkState(key)?.attached === true) return { summary: 'it was blocked before', detail, undo: undefined }
  const errno = native.restrictNetwork({ key, cgroup: cgroups, kind: 'deny', destinations: [destination] })
  if (errno !== 0) throw failed(NAME, `the kernel refuses the rule: ${errnoName(errno)}`)
  const by = native.networkState(key)?.by ?? null
  const what = `${detail.address}${port === 0 ? '' : ` port ${port}`}`
  return {
    summary: `${what} is blocked for every process${by === 'nftables' ? ', by nftables' : ''}`,
    detail: { ...detail, by },
    undo: { key },
  }
}

/** Without these the host is lost, or nothing on it works. */
function refusal(destination: Destination, { except }: Settings): string | undefined {
  const { address, prefixLength } = destination
  if (prefixLength < (address.length === 4 ? LEAST_PREFIX.ipv4 : LEAST_PREFIX.ipv6)) return 'the network is too wide to be blocked'
  if (address.every((byte) => byte === 0) || [...LOOPBACK, ...own()].some((one) => overlap(one, destination)))
    return 'it is an address of this host'
  if (nameServers().some((one) => overlap(one, destination))) return 'it is a name server of this host'
  return except.flatMap((text) => parseDestination(text) ?? []).some((one) => overlap(one, destination)) ? 'it is excepted' : undefined
}

const overlap = (a: Destination, b: Destination): boolean => covers(a, b.address) || covers(b, a.address)

const own = (): readonly Destination[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .flatMap(({ address }) => single(address))

/** resolv.conf(5). */
function nameServers(path = '/etc/resolv.conf'): readonly Destination[] {
  try {
    return [...readFileSync(path, 'utf8').matchAll(/^nameserver\s+(\S+)/gm)].flatMap(([, text = '']) => single(text))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function single(text: string): readonly Destination[] {
  const address = addressBytes(text)
  return address === undefined ? [] : [{ address, prefixLength: 8 * address.length, port: 0 }]
}

const { EPERM } = constants.errno
/** Where no port is named: that of discard, which nobody uses. */
const ANY_PORT = 9

function verify(destination: Destination, { detail }: Done, { native, cgroups }: ActionContext): Verification {
  const state = native.networkState(String(detail.key))
  if (state?.attached !== true) return { verified: false, summary: 'the kernel says that the rule does not stand' }
  const place = { cgroup: state.by === 'bpf' ? cgroups : undefined, pid: undefined }
  const tried = native.tryConnect(place, { ...destination, port: destination.port || ANY_PORT }, state.by === 'nftables')
  if (tried === EPERM) return { verified: true, summary: 'the kernel says that the rule stands, and a connect from this host fails' }
  return {
    verified: false,
    summary: `the rule stands, but a connect from this host ${tried === 0 ? 'was let through' : `gave ${errnoName(tried)}`}`,
  }
}
