import type { Story } from '../../api/services.ts'
import type { Incident } from '../../findings/incident.ts'
import { CLIENT_OPTIONS, HOST_OPTION, LIMIT_OPTION, limitOf } from '../client-options.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { choice, optionalArgument, text } from '../option.ts'

export const incidents = defineCommand({
  name: 'incidents',
  summary: 'List incidents by risk, or tell the story of one.',
  doc: 'Asks the server. With an id: what happened in sentences, and what to do next. Commands that it names are for you; nothing runs them.',
  arguments: { id: optionalArgument('ID', 'Of one incident.') },
  options: {
    from: text('TIME', 'Last added to since then: a time, or how long ago (24h, 7d). Default: 30d.'),
    state: choice(['open', 'acknowledged', 'closed', 'all'], 'Default: those that nobody has closed.'),
    host: HOST_OPTION,
    limit: LIMIT_OPTION,
    ...CLIENT_OPTIONS,
  },
  examples: [
    { line: 'incidents', doc: 'What is open?' },
    { line: 'incidents inc-mb3k2p-1a2b3c4d', doc: 'What happened there?' },
    { line: 'incidents --state all --json', doc: 'For programs: one JSON object per line.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ id, server, tokenFile, json, color, limit, state, host, from = '30d' }, context) => {
    const [{ connectServer }, lists] = await Promise.all([import('../server-client.ts'), import('../server-lists.ts')])
    const client = connectServer({ server, tokenFile }, context)
    if (id === undefined) {
      const states = state === 'all' ? undefined : state === undefined ? ['open', 'acknowledged'] : [state]
      await lists.printList(
        client.list<Incident>('/incidents', { from, host, state: states }, limitOf(limit)),
        lists.INCIDENT_TABLE,
        { json, color },
        context,
      )
      return EXIT.ok
    }
    const path = `/incidents/${encodeURIComponent(id)}`
    const [incident, story] = await Promise.all([client.get<Incident>(path), client.get<Story>(`${path}/story`)])
    const [{ incidentText }, { createStyle }, { safeJson }] = await Promise.all([
      import('../server-details.ts'),
      import('../../lib/style.ts'),
      import('../../lib/escape.ts'),
    ])
    context.stdout.write(
      json ? `${safeJson({ ...incident, story })}\n` : incidentText(incident, story, createStyle(colourOf(color, context))),
    )
    return EXIT.ok
  },
})
