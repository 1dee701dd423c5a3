/** Options about the server that an agent keeps running beside it, and what is kept for it. */
import { parseListenAddress } from '../lib/listen-address.ts'
import { parseBytes } from '../lib/quantity.ts'
import type { ServerChoice } from './context.ts'
import { amount, flag, positive, UsageError, type ValuesOf } from './option.ts'

const MIB = 1024 * 1024
const FINDINGS_BYTES = 256 * MIB
const HISTORY_BYTES = 64 * MIB
const HISTORY_PER_SECOND = 5000

export const SERVER_OPTIONS = {
  noServer: flag('Run without a server: no store, no console, no API. Nothing is kept for one either.'),
  serverApart: flag(
    'Keep findings and history for a server, but leave it to somebody else to run it: tarsier serve, with the same --state.',
  ),
  listen: amount(
    'ADDR:PORT',
    'Where the server answers browsers and programs. Default: 127.0.0.1:7331.',
    'an address such as 127.0.0.1:7331',
    parseListenAddress,
  ),
  noHistory: flag('Keep findings only, not the events that reach the rules.'),
  historyRate: amount(
    'COUNT',
    'The most events in a second that are kept for history; what is beyond is left out and counted. Default: 5000.',
    'a number above 0',
    positive,
  ),
  spoolFindings: amount(
    'BYTES',
    'What findings may take on the disk while no server takes them; beyond it they take the room of history. Default: 256MiB.',
    'an amount such as 64MiB',
    parseBytes,
  ),
  spoolHistory: amount(
    'BYTES',
    'What history may take on the disk while no server takes it. Default: 64MiB.',
    'an amount such as 64MiB',
    parseBytes,
  ),
} as const

/** Throws UsageError for what contradicts itself. */
export function serverChoiceOf(values: ValuesOf<typeof SERVER_OPTIONS>): ServerChoice {
  const { noServer, serverApart, listen, noHistory, historyRate, spoolFindings, spoolHistory } = values
  if (noServer && serverApart) throw new UsageError('--no-server and --server-apart exclude each other')
  if (listen !== undefined && (noServer || serverApart)) throw new UsageError('--listen is for a server that the agent runs itself')
  return {
    server: noServer ? 'none' : serverApart ? 'apart' : 'own',
    listen,
    historyPerSecond: noHistory ? undefined : (historyRate ?? HISTORY_PER_SECOND),
    spoolBytes: { findings: spoolFindings ?? FINDINGS_BYTES, history: spoolHistory ?? HISTORY_BYTES },
  }
}
