import { z } from 'zod'
import { createFindingText } from '../findings/finding-text.ts'
import { defineOutput } from './output.ts'

/** For people: the default of `tarsier run`. */
export const terminal = defineOutput({
  name: 'terminal',
  schemes: ['terminal', 'pretty'],
  doc: 'One line per finding on standard output: time, priority, rule, output, container. Colours on a terminal; with --verbose the lineage and ATT&CK techniques below.',
  schema: z.strictObject({}),
  examples: [{ spec: 'terminal', doc: 'Findings for people, on standard output.', config: {} }],
  settingsOf: () => ({}),
  open: (_config, { stdout, colour, verbose }) => {
    const text = createFindingText({ colour, verbose, time: 'clock' })
    return { write: (finding) => stdout.write(`${text(finding)}\n`), stats: stdout.stats, room: stdout.room, close: stdout.close }
  },
})
