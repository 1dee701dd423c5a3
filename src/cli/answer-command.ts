/** The commands that answer an action: they differ in a word. */
import type { ActionRecord } from '../findings/action-record.ts'
import { CLIENT_OPTIONS } from './client-options.ts'
import { type AnyCommand, defineCommand } from './command.ts'
import { argument } from './option.ts'

interface Answer {
  readonly answer: 'approve' | 'deny' | 'undo'
  readonly summary: string
  readonly doc: string
}

export function answerCommand({ answer, summary, doc }: Answer): AnyCommand {
  return defineCommand({
    name: `respond ${answer}`,
    summary,
    doc: `${doc} Takes a token of a responder.`,
    arguments: { id: argument('ID', 'Of the action: tarsier actions lists them.') },
    options: { ...CLIENT_OPTIONS },
    examples: [{ line: `respond ${answer} act-0gqll7vatq8-1f00ba51`, doc: summary }],
    exits: ['ok', 'inputErrors', 'failed'],
    run: async ({ id, server, tokenFile, json, color }, context) => {
      const [{ connectServer }, { follow }] = await Promise.all([import('./server-client.ts'), import('./ask-action.ts')])
      const client = connectServer({ server, tokenFile }, context)
      const record = await client.post<ActionRecord>(`/actions/${encodeURIComponent(id)}/answer`, { answer })
      return follow(client, record, { json, color, steps: record.steps.length }, context)
    },
  })
}
