import { z } from 'zod'
import { JSON_FORMATS, renderer } from './formats/formats.ts'
import { defineOutput } from './output.ts'

/** For programs: one JSON object a line on standard output. */
export const json = defineOutput({
  name: 'json',
  schemes: ['json'],
  doc: 'One JSON object per line on standard output, with the keys that Falco prints and ours beside them.',
  schema: z.strictObject({
    format: z
      .enum(JSON_FORMATS)
      .default('json')
      .describe(
        'Which keys it has: json (Falco’s and ours), ocsf (Detection Finding of OCSF 1.8) or ecs (Elastic Common Schema). Default: json.',
      ),
  }),
  examples: [
    { spec: 'json', doc: 'Findings for programs, on standard output.', config: { format: 'json' } },
    { spec: 'json?format=ocsf', doc: 'The same as events of OCSF.', config: { format: 'ocsf' } },
  ],
  settingsOf: () => ({}),
  open: ({ format }, { stdout }) => {
    const render = renderer(format, 'full')
    return {
      write: (finding) => stdout.write(`${render(finding)}\n`),
      stats: stdout.stats,
      room: stdout.room,
      close: stdout.close,
    }
  },
})
