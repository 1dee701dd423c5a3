import type { IncidentNote } from '../../store/state-store.ts'
import { CLIENT_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument, optionalArgument } from '../option.ts'

export const incidentsNote = defineCommand({
  name: 'incidents note',
  summary: 'Write a note on an incident, or read those that are there.',
  doc: 'Asks the server. To write takes a token of an analyst.',
  arguments: {
    id: argument('ID', 'Of the incident: tarsier incidents lists them.'),
    text: optionalArgument('TEXT', 'Plain text. Without it the notes are printed, the oldest first.'),
  },
  options: { ...CLIENT_OPTIONS },
  examples: [
    { line: "incidents note inc-mb3k2p-1a2b3c4d 'the test of Tuesday'", doc: 'Writes it.' },
    { line: 'incidents note inc-mb3k2p-1a2b3c4d', doc: 'What did others write?' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ id, text, server, tokenFile, json }, context) => {
    const [{ connectServer }, { noteText }, { safeJson }] = await Promise.all([
      import('../server-client.ts'),
      import('../server-details.ts'),
      import('../../lib/escape.ts'),
    ])
    const client = connectServer({ server, tokenFile }, context)
    const path = `/incidents/${encodeURIComponent(id)}/notes`
    const notes =
      text === undefined
        ? (await client.get<{ readonly items: readonly IncidentNote[] }>(path)).items
        : [await client.post<IncidentNote>(path, { text })]
    for (const note of notes) context.stdout.write(json ? `${safeJson(note)}\n` : noteText(note))
    return EXIT.ok
  },
})
