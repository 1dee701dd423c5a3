/** What people change of incidents by way of the server, and the commands that set their state: those differ in a word. */
import type { Incident, IncidentState } from '../findings/incident.ts'
import { CLIENT_OPTIONS } from './client-options.ts'
import { type AnyCommand, defineCommand } from './command.ts'
import type { CommandContext } from './context.ts'
import { EXIT } from './exit-code.ts'
import { argumentsOf } from './option.ts'
import type { ServerClient } from './server-client.ts'

export const INCIDENT_IDS = argumentsOf('ID', 'Of incidents: tarsier incidents lists them.')

export interface IncidentChange {
  readonly state?: IncidentState
  /** Id of a user; null: nobody. */
  readonly assignee?: string | null
}

/** One after another; each is told as it is done: as a line of JSON, or as the sentence `inc-… is <said>`. */
export async function changeIncidents(
  client: ServerClient,
  ids: readonly string[],
  change: IncidentChange,
  { said, json }: { readonly said: string; readonly json: boolean },
  { stdout }: Pick<CommandContext, 'stdout'>,
): Promise<void> {
  const { escapeText, safeJson } = await import('../lib/escape.ts')
  for (const id of ids) {
    const incident = await client.patch<Incident>(`/incidents/${encodeURIComponent(id)}`, change)
    stdout.write(json ? `${safeJson(incident)}\n` : `${escapeText(incident.id)} is ${said}: ${escapeText(incident.title)}\n`)
  }
}

interface StateCommand {
  readonly word: string
  readonly state: IncidentState
  readonly summary: string
  readonly doc: string
}

export function incidentStateCommand({ word, state, summary, doc }: StateCommand): AnyCommand {
  return defineCommand({
    name: `incidents ${word}`,
    summary,
    doc: `${doc} Asks the server; takes a token of an analyst.`,
    arguments: { ids: INCIDENT_IDS },
    options: { ...CLIENT_OPTIONS },
    examples: [
      { line: `incidents ${word} inc-mb3k2p-1a2b3c4d`, doc: summary },
      { line: `incidents ${word} inc-mb3k2p-1a2b3c4d inc-mb3k9z-5e6f7a8b --json`, doc: 'Several; each as a line of JSON.' },
    ],
    exits: ['ok', 'inputErrors'],
    run: async ({ ids, server, tokenFile, json }, context) => {
      const { connectServer } = await import('./server-client.ts')
      await changeIncidents(connectServer({ server, tokenFile }, context), ids, { state }, { said: state, json }, context)
      return EXIT.ok
    },
  })
}
