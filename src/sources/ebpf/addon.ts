/** The native addon as TypeScript sees it. This file alone loads it. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../lib/app-error.ts'

/** An open sensor; only the addon looks inside. */
export type SensorHandle = object & { readonly __sensor: never }

/** A helper of prevention that runs; only the addon looks inside. */
export type PreventHandle = object & { readonly __prevent: never }

/** A rule of containment that stands; only the addon looks inside. */
export type ContainHandle = object & { readonly __contain: never }

export interface ContainOptions {
  readonly objectPath: string
  /** A folder of the cgroup v2 hierarchy. */
  readonly cgroup: string
  /** Only these destinations; else all but these. */
  readonly allowOnly: boolean
  /** Only packets of `sockets` are looked at, and no calls. */
  readonly bySocket: boolean
  /** 24 bytes each, as `struct destination` of native/bpf/contain.bpf.c. */
  readonly destinations: Buffer
  /** Cookies, u64. */
  readonly sockets: Buffer
}

/** What became of one BPF program. */
export interface ProgramReport {
  readonly program: string
  readonly section: string
  readonly state: 'attached' | 'missing' | 'failed'
  /** errno of a failure, else 0. */
  readonly errno: number
  readonly reason: string
  /** Last part of the verifier's log of a program that failed, at most 8 KiB. */
  readonly log: string
}

export interface OpenFailure {
  readonly step: 'open' | 'version' | 'configure' | 'load'
  readonly errno: number
  /** The errno in words. */
  readonly error: string
  /** What libbpf said. */
  readonly detail: string
}

export interface OpenOptions {
  readonly objectPath: string
  readonly prefixes: readonly string[]
  readonly ringBytes: number
  readonly selfTgid: number
  readonly foldWindowNs: number
  readonly layoutId: number
  /** 1: system calls by tracepoints, even where the kernel has better; else 0. */
  readonly tracepoints: 0 | 1
  readonly layout: {
    readonly seq: number
    readonly levelShift: number
    readonly levels: number
    readonly size: number
    readonly cpu: number
    readonly headerBytes: number
  }
}

export interface Drained {
  readonly records: number
  readonly bytes: number
  readonly corrupt: number
  readonly unread: number
  readonly waits: number
  readonly slices: number
  readonly ringBytes: number
  readonly ringUsed: number
  readonly ringPeak: number
  /** Pairs of u64 per CPU and nesting level: highest sequence number seen + 1, records received. */
  readonly sequences: ArrayBuffer
}

export interface CounterValues {
  /** u64 by [kind][cpu][field]. */
  readonly values: ArrayBuffer
  readonly kinds: number
  readonly cpus: number
  readonly fields: number
}

/** The notices of the draining thread, in the addon's numbers. */
export const NOTICE = { batch: 0, flushed: 1, end: 2 } as const

export type OnNotice = (notice: number, slot: number, value: number) => void

/** Functions throw an Error with the errno's words; on a closed handle a TypeError. */
export interface Addon {
  open(options: OpenOptions):
    | {
        readonly handle: SensorHandle
        readonly hooks: readonly ProgramReport[]
        /** Why system calls are watched by tracepoints; '' where they are not. */
        readonly tracepointsBecause: string
      }
    | { readonly failure: OpenFailure }
  /** Loads and attaches the programs of these prefixes, which are not loaded yet, into the ring and the tables of the sensor. */
  extend(handle: SensorHandle, options: OpenOptions): { readonly hooks: readonly ProgramReport[] } | { readonly failure: OpenFailure }
  /** Takes the programs of these prefixes down. */
  detach(handle: SensorHandle, prefixes: readonly string[]): void
  start(handle: SensorHandle, buffers: readonly ArrayBuffer[], sliceMs: number, onNotice: OnNotice): void
  release(handle: SensorHandle, slot: number): void
  flush(handle: SensorHandle, ticket: number): void
  stop(handle: SensorHandle): void
  close(handle: SensorHandle): void
  snapshot(handle: SensorHandle): Buffer
  counters(handle: SensorHandle): CounterValues
  drained(handle: SensorHandle): Drained
  /** Entries of a map of the object, packed as it has them. Returns 0 or an errno: ENOENT for no such map, EINVAL for other sizes. */
  writeMap(handle: SensorHandle, map: string, keys: Buffer, values: Buffer): number
  /** Takes entries out; those that are not there are no failure. */
  clearMap(handle: SensorHandle, map: string, keys: Buffer): number
  bootEpochNs(): number
  /** Writes element `at` of a variable of the kernel side whose elements have `width` bytes (1, 4 or 8). */
  setKnob(handle: SensorHandle, name: string, width: 1 | 4 | 8, at: number, value: number): void
  /** Has the kernel side tell how many events it has folded; `all`: also where an equal one could still come. Returns 0 or an errno. */
  tellRepeats(handle: SensorHandle, all: boolean): number
  /** Has the kernel measure the run time of all its programs, or no more. Returns 0 or an errno. */
  measure(handle: SensorHandle, on: boolean): number
  /** Of every loaded program that ran while it was measured, or that the kernel skipped since it was loaded. */
  programRuns(handle: SensorHandle): readonly {
    readonly program: string
    readonly runs: number
    readonly ns: number
    readonly skipped: number
  }[]
  /** To a datagram socket of this host; never waits. Returns 0 or an errno. */
  sendDatagram(path: string, bytes: Buffer): number
  /** The helper of prevention: what each of these does stands in src/respond/prevention/native.ts. */
  preventStart(helper: string, onMessage: (message: Buffer | null) => void): PreventHandle
  preventUse(handle: PreventHandle, table: Buffer): number
  preventAnswer(handle: PreventHandle, id: number, deny: boolean, keep: boolean): number
  preventOrder(handle: PreventHandle, order: Buffer, fd: number): number
  preventCounters(handle: PreventHandle): readonly number[]
  preventPid(handle: PreventHandle): number
  preventStop(handle: PreventHandle): void
  /** Through a pidfd, to the process that was forked so long after boot. Returns 0 or an errno: ESRCH when it is gone or another has its pid. */
  signalProcess(pid: number, startNs: number, signal: number): number
  /** Cookies (u64) of the sockets of IPv4 and IPv6 that it holds, or an errno. */
  heldSockets(pid: number, startNs: number): Buffer | number
  /** Loads and attaches a rule; the handle, or an errno and nothing is changed. It stands until it is closed or this process ends. */
  containOpen(options: ContainOptions): ContainHandle | number
  /** Adds destinations, or takes them out. Returns 0 or an errno. */
  containChange(handle: ContainHandle, add: boolean, destinations: Buffer): number
  /** `attached`: by the kernel's word. `counters`: refused connects and sends, dropped packets out and in. */
  containState(handle: ContainHandle): { readonly attached: boolean; readonly holdsFamilies: boolean; readonly counters: readonly number[] }
  containClose(handle: ContainHandle): void
  /**
   * What the connect of a UDP socket comes to in that cgroup ('': ours) and the network namespace of that process (0: ours); it sends nothing, or an empty datagram.
   * 0 or the errno of the call, or a negative errno where it could not be tried.
   */
  containTry(place: { readonly cgroup: string; readonly netnsOf: number; readonly sends: boolean }, address: Buffer, port: number): number
  /** Packets of the network namespace of that process, as a pcap file of at most `bytes`; or an errno. */
  takePackets(
    pid: number,
    ms: number,
    bytes: number,
    snaplen: number,
  ): Promise<{ readonly pcap: Buffer; readonly packets: number; readonly dropped: number } | number>
  /** Ends every window that is being taken; what was taken stands. */
  endPackets(): void
}

const ADDON_PATH = fileURLToPath(new URL('../../../build/sensor.node', import.meta.url))

let loaded: Addon | undefined

/** The addon, loaded once. @throws {AppError} SENSOR_ADDON */
export function loadAddon(): Addon {
  if (loaded !== undefined) return loaded
  if (!existsSync(ADDON_PATH)) throw new AppError('SENSOR_ADDON', { path: ADDON_PATH, reason: 'it has not been built' })
  try {
    loaded = createRequire(import.meta.url)(ADDON_PATH) as Addon
  } catch (cause) {
    throw new AppError('SENSOR_ADDON', { path: ADDON_PATH, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  return loaded
}
