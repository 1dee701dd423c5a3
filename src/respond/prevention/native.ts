/** What prevention needs of the native addon (native/addon/napi-prevent.h), which src/sources/ebpf/addon.ts alone loads. */

/** A helper that runs; only the addon looks inside. */
export type PreventHandle = object & { readonly __prevent: never }

export interface PreventNative {
  /** Starts the program at `helper`. `onMessage` gets what it says, and null once it has ended. Throws with the errno in words. */
  preventStart(helper: string, onMessage: (message: Buffer | null) => void): PreventHandle
  /** Puts a table in force; a message says whether it was taken. Returns 0 or an errno. */
  preventUse(handle: PreventHandle, table: Buffer): number
  /** Never waits. Returns 0 or an errno. */
  preventAnswer(handle: PreventHandle, id: number, deny: boolean, keep: boolean): number
  /** About a blocked file: a packed order (orders.ts), and a descriptor of the file, -1 without one, which is copied. Returns 0 or an errno. */
  preventOrder(handle: PreventHandle, order: Buffer, fd: number): number
  /** In the order of `enum prevent_counter`. */
  preventCounters(handle: PreventHandle): readonly number[]
  preventPid(handle: PreventHandle): number
  /** Ends the helper; nothing is said afterwards. */
  preventStop(handle: PreventHandle): void
}
