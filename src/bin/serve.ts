/** The server as a process: store and services, the API over them, and who ends them. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openApi } from '../api/open-api.ts'
import { keepConsoleAddress } from '../api/settings/console-address.ts'
import { effectiveSettings } from '../api/settings/effective-settings.ts'
import type { CommandContext, ServeSettings } from '../cli/context.ts'
import type { ExitCode } from '../cli/exit-code.ts'
import { AppError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { openServer } from '../pipeline/server.ts'
import { watchSignals } from '../pipeline/stop-signals.ts'

const CONSOLE = fileURLToPath(new URL('../../build/console', import.meta.url))
const LEDGER = fileURLToPath(new URL('../../coverage/ledger.jsonl', import.meta.url))

/** Runs until SIGINT, SIGTERM, or the end of the agent that started it. Throws AppError STORE_*, API_*, SERVER_SETTINGS, FILE_*. */
export async function serve(
  { state, rules, responses, ...given }: ServeSettings,
  { stderr, log, version, shippedRules }: CommandContext,
): Promise<ExitCode> {
  const { listen, tls, settings } = effectiveSettings(state, given, Date.now())
  const signals = watchSignals()
  const server = await openServer({ state, rules, responses, shippedRules, ledger: LEDGER, version, log })
  try {
    const { services } = server
    const api = await openApi({
      ...{ services, listen, settings, log, consoleFolder: CONSOLE, backupFolder: join(state, 'backups') },
      ...(tls === undefined ? {} : { tls }),
    })
    tell(state, api.address, log)
    stderr(`tarsier: console ${api.address}\n`)
    if (api.setUpLink !== undefined) stderr(`tarsier: set up the first user at ${api.setUpLink}\n`)
    await Promise.race([signals.stopped, agentGone()])
    await api.close()
  } finally {
    signals.close()
    await server.close()
  }
  return 0
}

/** Commands on this host make links with it. A disk without room keeps nobody from looking. */
function tell(state: string, address: string, log: Log): void {
  try {
    keepConsoleAddress(state, address)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    log.warning('links made by tarsier users add may name another address', { reason: error.message })
  }
}

/** The agent keeps a channel open to the server that it started. Without one, nobody but a signal ends the server. */
function agentGone(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (process.channel) {
    process.once('disconnect', resolve)
    process.channel.ref()
  }
  return promise
}
