/** The form of a container runtime: what can be asked of it. One definition per file in this folder, listed in ../runtimes.ts. */
import { z } from 'zod'

export type RuntimeName = 'docker' | 'cri' | 'containerd' | 'runc'

/** A container as one runtime has it. Plain, so that what undoes an action can keep it. */
export interface Located {
  readonly runtime: RuntimeName
  /** In full, as the runtime names it. */
  readonly id: string
  /** Path of the socket that it was found by, or of the folder of runc's state. */
  readonly place: string
  /** Of containerd; empty elsewhere. */
  readonly namespace: string
  /** Of its first process, as the host counts; 0: not told, or none. */
  readonly pid: number
}

export type ContainerState = 'running' | 'paused' | 'stopped'

export interface Asking {
  /** For one question. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** All throw AppError RUNTIME_FAILED where the runtime does not answer, or says no. */
export interface ContainerRuntime {
  readonly name: RuntimeName
  /** How it is asked, for the reference. */
  readonly doc: string
  /** Undefined: it is not here, or does not know the container. `id` is a `SAFE_ID`, whole or the first twelve digits. */
  readonly find: (id: string, settings: RuntimeSettings, asking: Asking) => Promise<Located | undefined>
  /** `stopped` also when it is gone. */
  readonly state: (container: Located, asking: Asking) => Promise<ContainerState>
  /** Undefined: it has no such thing. */
  readonly pause: ((container: Located, asking: Asking) => Promise<void>) | undefined
  readonly resume: ((container: Located, asking: Asking) => Promise<void>) | undefined
  /** Asks it to end. Some kill what still runs after the time, some leave that to the caller; the answer may come as late. */
  readonly stop: (container: Located, graceMs: number, asking: Asking) => Promise<void>
  readonly kill: (container: Located, asking: Asking) => Promise<void>
}

/** One name: no slash, no dot at the start, no blank. Runtimes allow no more than this (containerd: at most 76 characters, Docker: 128). */
export const SAFE_ID = /^[\w+-][\w+.-]{0,127}$/
const HEX_PREFIX = /^[0-9a-f]{12}$/

/** Whether a runtime's full id is the one that is meant. */
export const isMeant = (full: string, id: string): boolean =>
  full === id || (HEX_PREFIX.test(id) && /^[0-9a-f]{64}$/.test(full) && full.startsWith(id))
/** Whether what is meant may be known by more digits. */
export const isShort = (id: string): boolean => HEX_PREFIX.test(id)

const path = (doc: string, preset: string) => z.string().startsWith('/').default(preset).describe(`${doc} Default: ${preset}.`)
const paths = (doc: string, preset: readonly string[]) =>
  z
    .array(z.string().startsWith('/'))
    .max(16)
    .default([...preset])
    .describe(`${doc} Default: ${preset.join(', ')}.`)

/** Part of the settings of each action that asks runtimes. */
export const runtimeSettings = {
  dockerSocket: path('Socket of the Docker Engine.', '/var/run/docker.sock'),
  containerdSocket: path('Socket of containerd.', '/run/containerd/containerd.sock'),
  criSockets: paths('Sockets of runtimes that Kubernetes uses (CRI).', [
    '/run/containerd/containerd.sock',
    '/run/crio/crio.sock',
    '/run/cri-dockerd.sock',
  ]),
  runcRoots: paths('Folders in which runc keeps its state; /* at the end stands for each folder in it.', [
    '/run/runc',
    '/run/containerd/runc/*',
    '/run/docker/runtime-runc/*',
  ]),
}

export const RUNTIME_PLACES = ['dockerSocket', 'containerdSocket', 'criSockets', 'runcRoots'] as const

const schema = z.object(runtimeSettings)
export type RuntimeSettings = z.infer<typeof schema>
