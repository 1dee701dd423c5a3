/** Packets of another network namespace, by the addon. */
import { getSystemErrorName } from 'node:util'
import type { Addon } from './addon.ts'

/** Of one window. */
const MAX_BYTES = 64 * 2 ** 20
/** Of one packet: headers and the beginning of what is in it. */
const SNAPLEN = 2048
const MAX_MS = 60_000

export interface TakenPackets {
  /** A pcap file (LINKTYPE_LINUX_SLL2, times in ns). */
  readonly pcap: Uint8Array
  readonly packets: number
  /** Beyond what there was room for. */
  readonly dropped: number
}

/** Of the network namespace of the process, for so long or until the signal; a text says why there are none. */
export async function takePackets(
  addon: Pick<Addon, 'takePackets' | 'endPackets'>,
  pid: number,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<TakenPackets | string> {
  if (signal.aborted) return 'it was told to end before they were taken'
  // Its thread would hold up the end of this process.
  const end = (): void => addon.endPackets()
  signal.addEventListener('abort', end, { once: true })
  const taken = await addon
    .takePackets(pid, Math.min(ms, MAX_MS), MAX_BYTES, SNAPLEN)
    .finally(() => signal.removeEventListener('abort', end))
  return typeof taken === 'number' ? `the kernel gives none: ${getSystemErrorName(-taken)}` : taken
}
