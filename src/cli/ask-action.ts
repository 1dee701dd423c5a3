/** What a person asks of an agent by way of the server, and what became of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActionPhase, ActionRecord } from '../findings/action-record.ts'
import { safeJson } from '../lib/escape.ts'
import { type ColourChoice, createStyle } from '../lib/style.ts'
import { colourOf } from './colour.ts'
import type { CommandContext } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { actionText } from './respond-text.ts'
import type { ServerClient } from './server-client.ts'

const ASK_MS = 250
/** An action may take two minutes, and its proof some more. */
const MAX_ASKS = 600

const OVER: ReadonlySet<ActionPhase> = new Set([
  ...(['planned', 'denied', 'expired', 'refused', 'failed', 'gone', 'verified', 'unverified', 'rolled-back', 'rollback-failed'] as const),
])
const WELL: ReadonlySet<ActionPhase> = new Set(['planned', 'denied', 'verified', 'rolled-back'])

export interface Shown {
  readonly json: boolean
  readonly color: ColourChoice | undefined
}

/** Waits until it is over, and says how it went. `steps`: those that were there when it was asked. */
export async function follow(
  client: ServerClient,
  record: ActionRecord,
  { json, color, steps }: Shown & { readonly steps: number },
  context: CommandContext,
): Promise<ExitCode> {
  let now = record
  for (let asks = 0; asks < MAX_ASKS && (!OVER.has(now.phase) || now.steps.length <= steps); asks++) {
    await sleep(ASK_MS)
    now = await client.get<ActionRecord>(`/actions/${encodeURIComponent(record.id)}`)
  }
  show(now, { json, color }, context)
  return WELL.has(now.phase) ? EXIT.ok : EXIT.failed
}

export function show(record: ActionRecord, { json, color }: Shown, context: CommandContext): void {
  context.stdout.write(json ? `${safeJson(record)}\n` : actionText(record, createStyle(colourOf(color, context))))
}
