/** What outputs are given of the process. */
import type { OutputContext } from '../notify/output.ts'
import { openDatagramSender } from '../sources/unix-datagram.ts'
import type { AgentHost } from './agent.ts'

/** The native addon is loaded only when an output needs it. `stateFolder`: what cannot be delivered is kept there; a recording keeps nothing. */
export function outputContext({ stdout, log, colour }: AgentHost, verbose: boolean, stateFolder?: string): OutputContext {
  return { stdout, log, colour: colour.stdout, verbose, processId: process.pid, stateFolder, datagramSender: openDatagramSender }
}
