/**
 * What actions need of the native addon, which src/sources/ebpf/addon.ts alone loads: the pipeline hands it over (createNative of
 * src/sources/ebpf/native-containment.ts). Numbers are 0 or an errno; what fails has changed nothing.
 */
import type { PacketWindow } from './evidence/section.ts'

export interface Native {
  /** Packets of the network namespace of that process, for so long or until the signal; a text says why there are none. Undefined where the addon cannot. */
  readonly takePackets?: (pid: number, window: { readonly ms: number; readonly signal: AbortSignal }) => Promise<PacketWindow | string>
  /** Sends a signal through a pidfd to the process that was forked `startNs` ns after boot; ESRCH when it is gone or another has its pid. */
  readonly signalProcess: (pid: number, startNs: number, signal: number) => number
  /** Cookies of the sockets of IPv4 and IPv6 that the process holds; none when it is gone. */
  readonly heldSockets: (pid: number, startNs: number) => readonly bigint[]
  /**
   * Lets processes of a cgroup (a v2 folder) and below connect and send to these destinations alone, or (`deny`) to all but these, until `release` is called with the
   * key or the agent ends. The key names the rule; the same key again replaces it.
   */
  readonly restrictNetwork: (rule: NetworkRule) => number
  /** ENOENT when no rule has the key; with any other errno it goes on standing. */
  readonly releaseNetwork: (key: string) => number
  /** As the kernel has it now; undefined when no rule has the key. */
  readonly networkState: (key: string) => NetworkState | undefined
  /** A rule is for just this folder. */
  readonly isRestricted: (cgroup: string) => boolean
  /**
   * What a process there would hear that connects a UDP socket, which sends nothing, and with `sends` an empty datagram, which nftables judge alone: 0 when it may, EPERM
   * where a rule forbids it, another errno where the way is not there. Negative: it could not be tried.
   */
  readonly tryConnect: (place: NetworkPlace, destination: Pick<Destination, 'address' | 'port'>, sends?: boolean) => number
  /** Nobody opens or runs the file any more, nor what has its content. Undefined where prevention is not built in; ENOSYS where it is off. */
  readonly denyFile?: (file: FileToDeny) => Promise<FileDenial>
  /** By the key. ENOENT when it is not denied. */
  readonly allowFile?: (key: string) => Promise<number>
  /** As the kernel and the helper of prevention have it now. `fd`: the file, open. */
  readonly lookAtFile?: (key: string, fd: number) => Promise<FileDenial>
}

/** What a file is known by, wherever it lies. */
export interface FileContent {
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

export interface FileToDeny {
  /** Equal for one file under any name: its device and inode. */
  readonly key: string
  /** For people. */
  readonly path: string
  /** Open to read; only used until the promise is kept. */
  readonly fd: number
  /** Undefined: only the inode is denied. */
  readonly content: FileContent | undefined
  /** Opens the very file once more, for a helper that starts anew, which closes it; undefined: it is not there any more. */
  readonly again: () => Promise<number | undefined>
}

export interface FileDenial {
  /** 0, or why nothing was done. */
  readonly errno: number
  /** It was denied before. */
  readonly before: boolean
  readonly byInode: boolean
  readonly byContent: boolean
  /** File systems on which its content is denied, and mounts on which that cannot be. */
  readonly watched: number
  readonly refused: number
}

export interface NetworkRule {
  readonly key: string
  /** Absolute path of a folder of the cgroup v2 hierarchy. */
  readonly cgroup: string | undefined
  /** Without `cgroup`: everything in the network namespace of this process, which nobody else is in. Only nftables can. */
  readonly namespaceOf?: number
  readonly kind: 'allow-only' | 'deny'
  /** At most `MAX_DESTINATIONS`. */
  readonly destinations: readonly Destination[]
  /** Only packets of the sockets with these cookies: a socket belongs for ever to the cgroup that it was made in. Undefined: every socket. */
  readonly sockets?: readonly bigint[]
}

export interface Destination {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array
  readonly prefixLength: number
  /** 0: every port. */
  readonly port: number
}

export const MAX_DESTINATIONS = 4096

export interface NetworkState {
  readonly by: 'bpf' | 'nftables'
  /** Every program of the rule stands at the cgroup. */
  readonly attached: boolean
  /** New packet sockets, and others that are not of IP, are refused, too: not every kernel can. */
  readonly holdsFamilies: boolean
  readonly refusedConnects: number
  readonly refusedSends: number
  readonly droppedOut: number
  readonly droppedIn: number
}

export interface NetworkPlace {
  /** A v2 folder; undefined: the agent's own. */
  readonly cgroup: string | undefined
  /** Whose network namespace; undefined: the agent's own. */
  readonly pid: number | undefined
}

/** `dev` as stat(2) has it. */
export interface FileIdentity {
  readonly dev: number
  readonly ino: number
}
