import { z } from 'zod'
import { findingJson } from '../findings/finding-json.ts'
import { defineOutput } from './output.ts'

/** For programs: one JSON object a line on standard output. */
export const json = defineOutput({
  name: 'json',
  schemes: ['json'],
  doc: 'One JSON object per line on standard output, with the keys that Falco prints and ours beside them.',
  schema: z.strictObject({}),
  examples: [{ spec: 'json', doc: 'Findings for programs, on standard output.', config: {} }],
  settingsOf: () => ({}),
  open: (_config, { stdout }) => ({
    write: (finding) => stdout.write(`${findingJson(finding)}\n`),
    stats: stdout.stats,
    room: stdout.room,
    close: stdout.close,
  }),
})
