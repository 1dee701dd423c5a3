import { join } from 'node:path'
import { defineCommand } from '../command.ts'
import { argumentsOf, flag } from '../option.ts'
import { stateOption } from '../store-options.ts'

export const rulesCheck = defineCommand({
  name: 'rules check',
  summary: 'Look for mistakes in rule files and run the tests in them.',
  doc: 'Loads the files together, in the order given, prints every mistake with file, line, column and what to do, and runs the tests that the rules carry. Needs neither root nor the sensor. The folder of rules made in the console is read last, as the agent does, and may be empty or not there yet.',
  arguments: { files: argumentsOf('FILE', 'Rule files, or folders of them.') },
  options: {
    state: stateOption(', in which rules made in the console lie (DIR/rules)'),
    quiet: flag('Print no warnings, only errors.', { short: 'q' }),
  },
  examples: [
    { line: 'rules check my-rules.yaml', doc: 'One file.' },
    { line: 'rules check rules my-rules.yaml', doc: 'A file that uses lists and macros of the shipped rules.' },
    { line: 'rules check rules /var/lib/tarsier/rules', doc: 'With what was made or changed in the console.' },
    { line: 'rules check my-rules --json', doc: '{"ok","rules","diagnostics","tests"}' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ files, state, quiet, json, color }, context) => {
    const { checkFiles } = await import('../check-files.ts')
    return checkFiles({ files, managed: join(state, 'rules'), quiet, json, color }, context)
  },
})
