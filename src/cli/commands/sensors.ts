import type { SensorReport } from '../../findings/sensor-record.ts'
import { CLIENT_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'

export const sensors = defineCommand({
  name: 'sensors',
  summary: 'List the agents that report to a server, and how they are.',
  doc: 'Asks the server: what each keeps, filters and loses, and what is not watched in full there.',
  arguments: {},
  options: CLIENT_OPTIONS,
  examples: [{ line: 'sensors', doc: 'Is everything watched?' }],
  exits: ['ok', 'inputErrors'],
  run: async ({ server, tokenFile, json, color }, context) => {
    const [{ connectServer }, lists] = await Promise.all([import('../server-client.ts'), import('../server-lists.ts')])
    const { items } = await connectServer({ server, tokenFile }, context).get<{ readonly items: readonly SensorReport[] }>('/sensors')
    async function* all(): AsyncGenerator<SensorReport> {
      yield* items
    }
    await lists.printList(all(), lists.SENSOR_TABLE, { json, color }, context)
    return EXIT.ok
  },
})
