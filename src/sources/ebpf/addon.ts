/** The native addon as TypeScript sees it. This file alone loads it. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../lib/app-error.ts'

/** An open sensor; only the addon looks inside. */
export type SensorHandle = object & { readonly __sensor: never }

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
  open(
    options: OpenOptions,
  ): { readonly handle: SensorHandle; readonly hooks: readonly ProgramReport[] } | { readonly failure: OpenFailure }
  start(handle: SensorHandle, buffers: readonly ArrayBuffer[], sliceMs: number, onNotice: OnNotice): void
  release(handle: SensorHandle, slot: number): void
  flush(handle: SensorHandle, ticket: number): void
  stop(handle: SensorHandle): void
  close(handle: SensorHandle): void
  snapshot(handle: SensorHandle): Buffer
  counters(handle: SensorHandle): CounterValues
  drained(handle: SensorHandle): Drained
  bootEpochNs(): number
  /** To a datagram socket of this host; never waits. Returns 0 or an errno. */
  sendDatagram(path: string, bytes: Buffer): number
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
