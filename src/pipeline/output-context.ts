/** What outputs are given of the process. */
import type { OutputContext } from '../notify/output.ts'
import { openDatagramSender } from '../sources/unix-datagram.ts'
import type { AgentHost } from './agent.ts'

/** The native addon is loaded only when an output needs it. */
export function outputContext({ stdout, log, colour }: AgentHost, verbose: boolean): OutputContext {
  return { stdout, log, colour: colour.stdout, verbose, processId: process.pid, datagramSender: openDatagramSender }
}
