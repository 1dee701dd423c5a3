/** Every call's arguments, one line per family. evt.arg.*, evt.rawarg.* and evt.args stand on it. */
import type { CallArgument, CallFamily } from './arguments/argument.ts'
import { FILE_CALLS } from './arguments/file.ts'
import { KERNEL_CALLS } from './arguments/kernel.ts'
import { MOUNT_CALLS } from './arguments/mount.ts'
import { NET_CALLS } from './arguments/net.ts'
import { PROCESS_CALLS } from './arguments/process.ts'
import type { AnyKernelEvent } from './event.ts'

const CALLS: readonly CallFamily[] = [...PROCESS_CALLS, ...FILE_CALLS, ...MOUNT_CALLS, ...NET_CALLS, ...KERNEL_CALLS]

const BY_KIND: ReadonlyMap<string, CallFamily['types']> = new Map(CALLS.map(({ kind, types }) => [kind, types]))
const NONE: readonly CallArgument[] = []

/** The arguments of an event in Falco's order; none for what is no call. */
export function argumentsOf(event: AnyKernelEvent): readonly CallArgument[] {
  return BY_KIND.get(event.kind)?.[event.type] ?? NONE
}

/** Every argument that any call has, by name: the first definition counts for its type. */
export const ARGUMENT_NAMES: ReadonlyMap<string, CallArgument> = new Map(
  CALLS.flatMap(({ types }) => Object.values(types))
    .flat()
    .map((argument) => [argument.name, argument] as const)
    .reverse(),
)
