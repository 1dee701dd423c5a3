import type { User } from '../../store/access-store.ts'
import { CLIENT_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { changeIncidents, INCIDENT_IDS } from '../incident-change.ts'
import { flag, text, UsageError } from '../option.ts'
import type { ServerClient } from '../server-client.ts'

export const incidentsAssign = defineCommand({
  name: 'incidents assign',
  summary: 'Take incidents, give them to somebody, or to nobody.',
  doc: 'Asks the server; takes a token of an analyst. Without --to they are yours: those of the user whose token it is.',
  arguments: { ids: INCIDENT_IDS },
  options: {
    to: text('NAME', 'The user who has them then. Only admins may look names up.'),
    nobody: flag('Nobody has them then.'),
    ...CLIENT_OPTIONS,
  },
  examples: [
    { line: 'incidents assign inc-mb3k2p-1a2b3c4d', doc: 'It is mine.' },
    { line: 'incidents assign inc-mb3k2p-1a2b3c4d --to ada', doc: 'It is for ada.' },
    { line: 'incidents assign inc-mb3k2p-1a2b3c4d --nobody --json', doc: 'Gives it back; prints the incident as JSON.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ ids, to, nobody, server, tokenFile, json }, context) => {
    if (nobody && to !== undefined) throw new UsageError('--to and --nobody exclude each other')
    const { connectServer } = await import('../server-client.ts')
    const client = connectServer({ server, tokenFile }, context)
    const user = nobody ? undefined : await wanted(client, to)
    const said = user === undefined ? "nobody's" : `for ${user.name}`
    await changeIncidents(client, ids, { assignee: user?.id ?? null }, { said, json }, context)
    return EXIT.ok
  },
})

/** Throws AppError USER_UNKNOWN. */
async function wanted(client: ServerClient, name: string | undefined): Promise<User> {
  if (name === undefined) return (await client.get<{ readonly user: User }>('/session')).user
  const { items } = await client.get<{ readonly items: readonly User[] }>('/users')
  const found = items.find((user) => user.name === name.toLowerCase())
  if (found !== undefined) return found
  const { AppError } = await import('../../lib/app-error.ts')
  throw new AppError('USER_UNKNOWN', { name })
}
