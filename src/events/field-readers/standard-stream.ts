/** What the standard streams of a process are, in the names of fd.type. */
import type { Process } from '../process.ts'

/** By the records' code (see imageFields.stdin). */
const STREAM_TYPES = [undefined, 'file', 'tty', 'pipe', 'unix', 'ipv4', 'other', 'ipv6', 'directory']

export const STREAMS = ['stdin', 'stdout', 'stderr'] as const

/** As it was at the last exec; undefined when it was closed. */
export function streamType(process: Process, stream: (typeof STREAMS)[number]): string | undefined {
  return STREAM_TYPES[process[stream]]
}
